import { spawn } from 'node:child_process';

const PASSED_ON = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

interface Supervision {
  /** Aborted if the program must stop at once. */
  lost?: AbortSignal;
  /** Aborted if the program must end by itself, as after SIGTERM. */
  end?: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

/** The exit code of a program that was not started, because `lost` was already aborted. */
export const NOT_STARTED = 'not started';

interface Supervised {
  /** Its exit code, or the signal that killed it. */
  code: number | string;
  /** The signal that was forwarded. */
  signal: NodeJS.Signals | undefined;
}

/**
 * Runs Helm with visible output and always waits for its end. A signal is forwarded (Helm with --atomic then rolls
 * back), and `end` sends SIGTERM. A lost lease kills Helm or prevents its start. If this process is killed, the kernel
 * kills Helm, too, so that Helm never runs without the lease.
 */
export async function supervise(
  program: string,
  args: string[],
  { lost, end, env = {} }: Supervision = {},
): Promise<Supervised> {
  if (lost?.aborted) return { code: NOT_STARTED, signal: undefined };
  const [first, ...before] =
    process.platform === 'linux'
      ? (['setpriv', '--pdeathsig', 'KILL', program] as const)
      : ([program] as const);
  let passed: NodeJS.Signals | undefined;
  const pass = (signal: NodeJS.Signals) => {
    passed = signal;
    console.error(`${signal}: forwarded to ${program}, waiting until it ends`);
    child.kill(signal);
  };
  // Before the program starts: a signal in between would end this process, and with it the program.
  for (const signal of PASSED_ON) process.on(signal, pass);
  const child = spawn(first, [...before, ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  const kill = () => child.kill('SIGKILL');
  const terminate = () => child.kill('SIGTERM');
  lost?.addEventListener('abort', kill);
  end?.addEventListener('abort', terminate);
  if (end?.aborted) terminate();
  try {
    const code = await new Promise<number | string>((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (exit, signal) => resolve(exit ?? `killed by ${signal}`));
    });
    return { code, signal: passed };
  } finally {
    for (const signal of PASSED_ON) process.off(signal, pass);
    lost?.removeEventListener('abort', kill);
    end?.removeEventListener('abort', terminate);
  }
}
