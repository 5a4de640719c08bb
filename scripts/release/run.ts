import { spawn } from 'node:child_process';
import { Refusal } from './refusal.ts';

interface Execution {
  /** For standard input. */
  input?: string;
  /** Beside the variables of this process. */
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  timeoutMs?: number;
}

export interface Ended {
  /** 127 where the program is not installed. */
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs a program and keeps what it says. */
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
    child.on('close', (code) => resolve({ code: code ?? 1, stdout, stderr }));
    child.stdin.on('error', () => undefined); // it may end without reading
    child.stdin.end(input ?? '');
  });
}

/** As `run`, and a failure is a refusal that says `wanted` and the program's own words. */
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
