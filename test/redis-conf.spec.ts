import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';

const CONF = 'deploy/redis/redis.conf';
const PASSWORD = 'a-password-of-this-test';
/** Settings that the container provides and that a test cannot have. */
const ELSEWHERE = ['bind', 'port'];

let folder: string;
let child: ChildProcess;
let user: Redis;
const program = process.env.GALLEY_REDIS_SERVER ?? 'redis-server';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-redis-conf-'));
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const args = ['--bind', '127.0.0.1', '--port', String(port)];
  child = spawn('deploy/redis/start', args, {
    stdio: 'ignore',
    env: {
      PATH: `${dirname(program)}:${process.env.PATH}`,
      REDIS_PASSWORD: PASSWORD,
      REDIS_CONF: CONF,
      REDIS_ACL: join(folder, 'users.acl'),
      REDIS_DIR: folder,
    },
  });
  user = new Redis(port, {
    password: PASSWORD,
    retryStrategy: () => 50,
    maxRetriesPerRequest: null,
  });
  user.on('error', () => undefined);
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('deploy/redis/start ended')));
  await Promise.race([user.ping(), ended]);
});
afterAll(async () => {
  await stop(child);
  user.disconnect();
  rmSync(folder, { recursive: true, force: true });
});

async function stop(server: ChildProcess): Promise<void> {
  if (server.pid === undefined || server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGKILL');
  await exited;
}

const asked = (...command: [string, ...string[]]) =>
  user.call(...command).then(String, (error: Error) => error.message);

describe('deploy/redis', () => {
  it('starts with every line of redis.conf', async () => {
    const settings = await ask();
    const lines = readFileSync(CONF, 'utf8')
      .split('\n')
      .filter((line) => line && !line.startsWith('#'));
    const wanted = lines.map(
      (line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)] as const,
    );
    expect(wanted.length).toBeGreaterThan(10);
    for (const [name, value] of wanted.filter(([key]) => !ELSEWHERE.includes(key)))
      expect([name, settings[name]]).toEqual([name, value.replace('256mb', String(256 * 2 ** 20))]);
  });

  it('lets nobody in without the password', async () => {
    const { port } = user.options;
    const anonymous = new Redis(port ?? 0, {
      lazyConnect: true,
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
    });
    anonymous.on('error', () => undefined);
    await anonymous.connect();
    await expect(anonymous.get('a')).rejects.toThrow(/NOAUTH/);
    anonymous.disconnect();
  });

  it.each([
    ['counts with Lua', ['EVAL', "return redis.call('INCR', KEYS[1])", '1', 'galley:limit:a'], '1'],
    ['keeps and forgets', ['SET', 'galley:a', 'b', 'PX', '1000'], 'OK'],
    ['publishes', ['PUBLISH', 'galley:invalidate', 'a'], '0'],
    ['tells how it is', ['PING'], 'PONG'],
  ] as [string, [string, ...string[]], string][])('%s', async (_what, command, answer) => {
    expect(await asked(...command)).toBe(answer);
  });

  it.each([
    ['KEYS', '*'],
    ['FLUSHALL'],
    ['CONFIG', 'GET', 'dir'],
    ['SHUTDOWN'],
    ['ACL', 'LIST'],
    ['DEBUG', 'SLEEP', '0'],
  ] as [string, ...string[]][])('refuses %s', async (...command) => {
    expect(await asked(...command)).toMatch(/NOPERM|not allowed/);
  });

  it('keeps the password out of the process list and of files', () => {
    const shown =
      readFileSync(`/proc/${child.pid}/cmdline`, 'utf8') + readFileSync(`/proc/${child.pid}/environ`, 'utf8');
    expect(shown).toContain('redis-server');
    expect(shown).not.toContain(PASSWORD);
    expect(readFileSync(join(folder, 'users.acl'), 'utf8')).not.toContain(PASSWORD);
  });

  it('does not start without a password', () => {
    expect(() =>
      execFileSync('deploy/redis/start', { env: { PATH: process.env.PATH }, stdio: 'pipe' }),
    ).toThrow(/REDIS_PASSWORD has to be set/);
  });
});

/**
 * CONFIG is forbidden for all users, so another server with the same file but without its users reports the
 * settings.
 */
async function ask(): Promise<Record<string, string>> {
  const path = join(folder, 'ask.sock');
  const args = ['--port', '0', '--unixsocket', path, '--dir', folder, '--appendfilename', 'ask.aof'];
  const server = spawn(program, [CONF, ...args], { stdio: 'ignore' });
  const client = new Redis({ path, retryStrategy: () => 50, maxRetriesPerRequest: null });
  client.on('error', () => undefined);
  try {
    const ended = once(server, 'exit').then(() => Promise.reject(new Error('redis-server ended')));
    const said = (await Promise.race([client.call('CONFIG', 'GET', '*'), ended])) as string[];
    return Object.fromEntries(
      said.flatMap((name, index) => (index % 2 ? [] : [[name, said[index + 1] ?? '']])),
    );
  } finally {
    client.disconnect();
    await stop(server);
  }
}
