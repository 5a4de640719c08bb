import type { ChildProcess, StdioOptions } from 'node:child_process';
import type { Readable } from 'node:stream';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../scripts/tools/failures.ts';
import { processes } from './processes.ts';
import { freePort } from '../support/loopback.ts';

interface RunOptions {
  /** Additional environment variables. */
  more?: NodeJS.ProcessEnv;
  stdio: StdioOptions;
}

export interface Machine {
  /** Runs a line in the shell of the user of the machine. */
  run: (line: string, options: RunOptions) => ChildProcess;
  /** The processes that existed before. */
  others: Set<number>;
}

/** The result of a command, in lines for the report. */
export interface Outcome {
  says: string[];
  failed?: boolean;
}

/** Limits that are sufficient for a machine that is ten times slower. */
const READY_MS = 20 * 60_000;
const ENDED_MS = 2 * 60_000;

/** Runs the first command of the README, which must become ready, respond, and end when it is stopped. */
export async function startsAndStops(line: string, { run, others }: Machine): Promise<Outcome> {
  const port = await freePort();
  const since = performance.now();
  // The command runs on a terminal as for a user, so it prints a sentence instead of JSON.
  const child = run(`script -qefc '${line}' /dev/null`, {
    more: { PORT: String(port), TERM: 'dumb', NO_COLOR: '1', npm_config_progress: 'false' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const says: string[] = [];
  try {
    await within(
      READY_MS,
      'says ready',
      Promise.race([banner(child.stdout as Readable), exited.then(endedEarly)]),
    );
    says.push(`${took(since)}  ${line}: ready`);
    says.push(...(await answers(`http://127.0.0.1:${port}`)));
    const stopping = performance.now();
    const started = processes().find(({ command }) => command.startsWith('npm start'));
    if (!started) throw new Error('npm start is gone');
    process.kill(started.pid, 'SIGTERM');
    const [status] = await within(ENDED_MS, 'ends after SIGTERM', exited);
    says.push(`${took(stopping)}  SIGTERM: status ${status}`);
    if (status !== 0) throw new Error(`status ${status} after SIGTERM`);
    await nothingLeft(others);
    return { says };
  } catch (error) {
    for (const { pid } of left(others)) process.kill(pid, 'SIGKILL');
    return { failed: true, says: [...says, `FAIL  ${line}: ${messageOf(error)}`] };
  }
}

/** Runs the second command of the README, which must succeed and leave no process behind. */
export async function testsPass(line: string, { run, others }: Machine): Promise<Outcome> {
  const since = performance.now();
  const child = run(line, { stdio: ['ignore', 'inherit', 'inherit'] });
  try {
    const [status] = (await once(child, 'exit')) as [number | null];
    if (status !== 0) throw new Error(`status ${status} after ${took(since).trim()}`);
    await nothingLeft(others);
    return { says: [`${took(since)}  ${line}: ok`] };
  } catch (error) {
    return { failed: true, says: [`FAIL  ${line}: ${messageOf(error)}`] };
  }
}

function banner(stdout: Readable): Promise<void> {
  let text = '';
  stdout.setEncoding('utf8');
  return new Promise((resolve) => {
    stdout.on('data', (part: string) => {
      process.stdout.write(part);
      if (/Galley +\S+, ready/.test((text += part))) resolve();
    });
  });
}

async function answers(url: string): Promise<string[]> {
  const json = { 'content-type': 'application/json' };
  const account = { email: 'ada@example.com', password: 'correct horse battery staple', name: 'Ada' };
  const asked: [what: string, wanted: number, answer: Promise<Response>][] = [
    ['GET /health/ready', 200, fetch(`${url}/health/ready`)],
    [
      'POST /api/v1/auth/register',
      201,
      fetch(`${url}/api/v1/auth/register`, { method: 'POST', headers: json, body: JSON.stringify(account) }),
    ],
    ['GET /api/v1/posts', 200, fetch(`${url}/api/v1/posts`)],
  ];
  const says: string[] = [];
  for (const [what, wanted, answer] of asked) {
    const { status } = await answer;
    if (status !== wanted) throw new Error(`${what} answers ${status} instead of ${wanted}`);
    says.push(`        ${what}: ${status}`);
  }
  return says;
}

const left = (others: Set<number>) => processes().filter(({ pid }) => !others.has(pid));

async function nothingLeft(others: Set<number>): Promise<void> {
  const until = performance.now() + ENDED_MS;
  while (left(others).length > 0 && performance.now() < until) await delay(100);
  const remaining = left(others).map(({ command }) => command.slice(0, 120));
  if (remaining.length > 0) throw new Error(`it left running: ${remaining.join('; ')}`);
}

function endedEarly([status]: [number | null]): never {
  throw new Error(`ended with status ${status} before it was ready`);
}

async function within<T>(milliseconds: number, what: string, promise: Promise<T>): Promise<T> {
  const late = AbortSignal.timeout(milliseconds);
  return Promise.race([
    promise,
    once(late, 'abort').then((): never => {
      throw new Error(`nobody saw that it ${what} within ${milliseconds / 60_000} minutes`);
    }),
  ]);
}

function took(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(0)} s`.padStart(6);
}
