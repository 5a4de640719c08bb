import { spawn } from 'node:child_process';

const PASSED_ON = ['SIGTERM', 'SIGINT', 'SIGHUP'];

/**
 * Runs Helm where everybody can read it, and waits for its end whatever happens:
 * a signal is passed on (an atomic Helm then rolls itself back), a lost lease
 * kills it, and where this process is killed the kernel kills it too, so that no
 * Helm works without the lease.
 * @returns its exit code, and the signal that was passed on
 */
export async function supervise(program, args, { lost, env = {} } = {}) {
  const command = process.platform === 'linux' ? ['setpriv', '--pdeathsig', 'KILL', program] : [program];
  const child = spawn(command[0], [...command.slice(1), ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env },
  });
  let passed;
  const pass = (signal) => {
    passed = signal;
    console.error(`${signal}: passed on to ${program}, waiting for its end`);
    child.kill(signal);
  };
  const kill = () => child.kill('SIGKILL');
  for (const signal of PASSED_ON) process.on(signal, pass);
  lost?.addEventListener('abort', kill);
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('exit', (exit, signal) => resolve(exit ?? `killed by ${signal}`));
    });
    return { code, signal: passed };
  } finally {
    for (const signal of PASSED_ON) process.off(signal, pass);
    lost?.removeEventListener('abort', kill);
  }
}
