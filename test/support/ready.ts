import type { ChildProcess } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface ReadyOptions {
  child: Pick<ChildProcess, 'exitCode' | 'signalCode'>;
  /** The output of the process, for the error. */
  output: () => string;
  atMostMs: number;
  everyMs?: number;
}

/**
 * Waits until the process is ready: GET /health/ready returns 200.
 * @throws with the output of the process if it ends first, or if it is not ready after `atMostMs`
 */
export async function untilReady(
  url: string,
  { child, output, atMostMs, everyMs = 10 }: ReadyOptions,
): Promise<void> {
  for (const since = performance.now(); !(await isReady(url)); await delay(everyMs)) {
    const end = child.exitCode ?? child.signalCode;
    if (end !== null) throw new Error(`the process ended with ${end} before it was ready:\n${output()}`);
    if (performance.now() - since > atMostMs)
      throw new Error(`the process is not ready after ${atMostMs} ms:\n${output()}`);
  }
}

const isReady = (url: string): Promise<boolean> =>
  fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
