import { spawn } from 'node:child_process';
import { Refusal } from './refusal.ts';

interface Execution {
  /** The standard input. */
  input?: string;
  /** Additional environment variables. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  timeoutMs?: number;
}

export interface Ended {
  /** 127 if the program is not installed. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program and returns its output. */
export function run(
  program: string,
  args: string[],
  { input, env = {}, cwd, timeoutMs }: Execution = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      env: { ...process.env, ...env },
      cwd,
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => resolve({ code: 127, stdout, stderr: `${program}: ${error.message}` }));
    child.on('close', (code) => {
      // Only the timeout kills it, and then it cannot say why it ended.
      if (child.killed && timeoutMs) stderr += `${program} did not end within ${timeoutMs / 1000} s`;
      resolve({ code: code ?? 1, stdout, stderr });
    });
    child.stdin.on('error', () => undefined); // The program can end without reading its input.
    child.stdin.end(input ?? '');
  });
}

/** Like `run`, but throws a refusal with `wanted` and the output of the program if it fails. */
export async function runOrRefuse(
  wanted: string,
  program: string,
  args: string[],
  options?: Execution,
): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, options);
  if (code !== 0)
    throw new Refusal(`${wanted}: ${(stderr || stdout).trim() || `${program} ended with ${code}`}`);
  return stdout;
}
