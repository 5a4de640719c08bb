import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runningServer } from './pid-file.js';

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
});
