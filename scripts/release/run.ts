import { spawn } from 'node:child_process';
import { Refusal } from './refusal.ts';

/**
 * Runs a program and keeps what it says.
 * @returns its exit code, output and errors; `code` is 127 where it is not installed
 */
export function run(program, args, { input, env = {}, cwd, timeoutMs } = {}) {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      cwd,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text));
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: `${program}: ${error.message}` }));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on('error', () => undefined); // it may end without reading
    child.stdin.end(input ?? '');
  });
}

/** As `run`, and a failure is a refusal that says `wanted` and the program's own words. */
export async function runOrRefuse(wanted, program, args, options) {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0)
    throw new Refusal(`${wanted}: ${(stderr || stdout).trim() || `${program} ended with ${code}`}`);
  return stdout;
}
