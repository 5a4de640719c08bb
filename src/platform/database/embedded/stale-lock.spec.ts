import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disarmLockFile } from './stale-lock.js';

describe('a lock file of PostgreSQL', () => {
  let data: string;
  let path: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'galley-lock-'));
    path = join(data, 'postmaster.pid');
  });

  afterEach(() => rm(data, { recursive: true }));

  it('loses a recycled pid and keeps the shared memory block it names', async () => {
    await writeFile(path, `${process.pid}\n${data}\n1\n5432\n/run\n\n  42  7\nready   \n`);
    await disarmLockFile(path, () => Promise.resolve(true));
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^2147483646\n/);
    expect(text).toContain('\n  42  7\n');
  });

  it('gets nobody as its owner when its server died before filling it', async () => {
    await writeFile(path, '');
    await disarmLockFile(path, () => Promise.resolve(true));
    expect(await readFile(path, 'utf8')).toBe(''); // A server may be about to fill it.
    await utimes(path, 1, 1);
    await disarmLockFile(path, () => Promise.resolve(true));
    expect(await readFile(path, 'utf8')).toBe('2147483646\n');
  });

  it('keeps the pid of the server', async () => {
    await writeFile(path, `${process.pid}\n${data}\n`);
    await disarmLockFile(path, () => Promise.resolve(false));
    expect(await readFile(path, 'utf8')).toBe(`${process.pid}\n${data}\n`);
  });
});
