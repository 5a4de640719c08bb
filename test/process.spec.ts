import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from './support/until.js';
import { freePort } from './support/loopback.js';

/** The built program as a separate process with its embedded database. */
interface Running {
  child: ChildProcess;
  url: string;
  output: () => string;
  ended: Promise<{ code: number | null; ms: number }>;
}

let folder: string;
let port: number;
const running: ChildProcess[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-process-'));
  chmodSync(folder, 0o711);
  port = await freePort();
});
afterEach(() => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(settings: Record<string, string> = {}, args = ['dist/main.js']): Running {
  const child = spawn(process.execPath, args, {
    env: {
      PATH: process.env.PATH,
      GALLEY_DATA_DIR: folder,
      HOST: '127.0.0.1',
      PORT: String(port),
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const since = performance.now();
  const ended = new Promise<{ code: number | null; ms: number }>((resolve) =>
    child.once('close', (code) => resolve({ code, ms: performance.now() - since })),
  );
  return { child, url: `http://127.0.0.1:${port}`, output: () => output, ended };
}

/** Returns undefined while it does not respond. */
const statusOf = ({ url }: Running): Promise<number | undefined> =>
  fetch(`${url}/health/ready`).then(
    ({ status }) => status,
    () => undefined,
  );

async function ready(galley: Running): Promise<Running> {
  await until(() => {
    if (galley.child.exitCode !== null) throw new Error(`ended: ${galley.output()}`);
    return statusOf(galley).then((status) => status === 200);
  });
  return galley;
}

const postmaster = join('postgres', 'data', 'postmaster.pid');

describe('the process', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'ends with 0 on %s and leaves no database behind',
    async (signal) => {
      const galley = await ready(run());
      const pid = Number(readFileSync(join(folder, postmaster), 'utf8').split('\n', 1)[0]);
      galley.child.kill(signal);
      expect((await galley.ended).code).toBe(0);
      // Its parent has ended, and the process that adopted it may take a moment to reap it.
      await until(() => !existsSync(`/proc/${pid}`));
      expect(existsSync(join(folder, postmaster))).toBe(false);
    },
  );

  it('ends whenever it is told to during its start', async () => {
    for (const pause of [0, 60, 150, 300, 500, 800]) {
      const galley = run();
      await delay(pause);
      galley.child.kill('SIGTERM');
      const { code } = await galley.ended;
      expect([0, null]).toContain(code); // null is possible before the process listens to signals.
    }
  });

  it('turns unready first, goes on answering for SHUTDOWN_DELAY_MS, and ends what is in flight', async () => {
    const galley = await ready(run({ SHUTDOWN_DELAY_MS: '5000' }));
    galley.child.kill('SIGTERM');
    await until(async () => (await statusOf(galley)) === 503);
    const served = await fetch(`${galley.url}/api/v1/posts`);
    expect(served.status).toBe(200);
    expect(served.headers.get('connection')).toBe('close');
    expect((await galley.ended).code).toBe(0);
  });

  it('loses no request of a keep-alive load while it drains', async () => {
    const galley = await ready(run({ SHUTDOWN_DELAY_MS: '8000', RATE_LIMIT_MAX: '1000000' }));
    let failed = 0;
    let answered = 0;
    let draining = false;
    const clients = Array.from({ length: 20 }, async () => {
      while (!draining) {
        const answer = await fetch(`${galley.url}/api/v1/posts`).catch(() => undefined);
        if (answer?.status === 200) answered++;
        else failed++;
      }
    });
    await until(() => answered > 20);
    galley.child.kill('SIGTERM');
    await until(async () => (await statusOf(galley)) === 503); // Load balancers have noticed it by now.
    draining = true;
    await Promise.all(clients);
    expect({ failed, code: (await galley.ended).code }).toEqual({ failed: 0, code: 0 });
  });

  it('refuses a wrong environment with 78, every fault at once and no port open', async () => {
    const galley = run({
      NODE_ENV: 'production',
      PORT: 'http',
      JWT_SECRET: 'short',
      DB_USER: 'me',
      DATABASE_URL: 'mongodb://x/y',
    });
    expect((await galley.ended).code).toBe(78);
    for (const name of [
      'PORT',
      'JWT_SECRET',
      'DB_USER',
      'DATABASE_URL',
      'JWT_REFRESH_SECRET',
      'REDIS_URL',
      'METRICS_TOKEN',
    ]) {
      expect(galley.output()).toContain(`"variable":"${name}"`);
    }
  });

  it('says in one sentence that its port is taken', async () => {
    const first = await ready(run());
    const second = run();
    expect((await second.ended).code).toBe(1);
    expect(second.output()).toContain('Set PORT to a free port');
    expect((await fetch(`${first.url}/health/ready`)).status).toBe(200);
    first.child.kill('SIGTERM');
    expect((await first.ended).code).toBe(0);
  });

  it('lets commands work beside a running server, and alone', async () => {
    const galley = await ready(run());
    const beside = run({}, ['dist/cli.js', 'migrate']);
    expect((await beside.ended).code).toBe(0);
    expect(beside.output()).toContain('"status":"nothing to do"');
    expect((await fetch(`${galley.url}/health/ready`)).status).toBe(200);
    galley.child.kill('SIGTERM');
    await galley.ended;
    const alone = run({}, ['dist/cli.js', 'migrate']);
    expect((await alone.ended).code).toBe(0);
    expect(existsSync(join(folder, postmaster))).toBe(false);
  });
});
