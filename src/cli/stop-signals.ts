import { CommandError } from './command-error.js';

/**
 * The first Ctrl-C aborts with the message `sentence`, so that a command can clean up. The second Ctrl-C ends the
 * process.
 */
export function stopSignals(sentence: string): { signal: AbortSignal; forget(): void } {
  const controller = new AbortController();
  const abort = () => controller.abort(new CommandError(sentence));
  const signals = ['SIGINT', 'SIGTERM'] as const;
  for (const name of signals) process.once(name, abort);
  return {
    signal: controller.signal,
    forget: () => signals.forEach((name) => process.removeListener(name, abort)),
  };
}
