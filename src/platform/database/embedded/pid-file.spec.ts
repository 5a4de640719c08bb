import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { disarmLockFile, runningServer } from './pid-file.js';

describe('postmaster.pid', () => {
  let data: string;
  let path: string;

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'galley-pid-'));
    path = join(data, 'postmaster.pid');
  });

  afterEach(() => rm(data, { recursive: true }));

  it('names no server when its pid belongs to another program', async () => {
    await writeFile(path, `${process.pid}\n${data}\n`);
    expect(await runningServer(data)).toBeNull();
  });

  it('names no server when it is absent, empty or nonsense', async () => {
    expect(await runningServer(data)).toBeNull();
    await writeFile(path, '');
    expect(await runningServer(data)).toBeNull();
    await writeFile(path, 'nonsense\n');
    expect(await runningServer(data)).toBeNull();
  });

  it('loses a recycled pid and keeps the shared memory block it names', async () => {
    await writeFile(path, `${process.pid}\n${data}\n1\n5432\n/run\n\n  42  7\nready   \n`);
    await disarmLockFile(path, () => Promise.resolve(true));
    const text = await readFile(path, 'utf8');
    expect(text).toMatch(/^2147483646\n/);
    expect(text).toContain('\n  42  7\n');
  });

  it('keeps the pid of the server', async () => {
    await writeFile(path, `${process.pid}\n${data}\n`);
    await disarmLockFile(path, () => Promise.resolve(false));
    expect(await readFile(path, 'utf8')).toBe(`${process.pid}\n${data}\n`);
  });
});
