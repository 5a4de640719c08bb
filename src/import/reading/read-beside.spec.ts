import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { wxr } from '../../../test/support/import-files.js';
import { readBeside } from './read-beside.js';

let folder: string;
let file: FileHandle;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'galley-read-beside-'));
  const path = join(folder, 'export');
  // An item that takes seconds to read and has no end, so that the file would be refused in the end.
  writeFileSync(path, wxr(`<item>${'<a/>'.repeat(4_000_000)}`));
  file = await open(path);
});
afterEach(async () => {
  await file.close();
  rmSync(folder, { recursive: true });
});

const task = () => ({ descriptor: file.fd, format: 'wordpress' as const, now: new Date() });

describe('Reading a file on another thread', () => {
  it('ends in the middle of an item when it is aborted', async () => {
    const controller = new AbortController();
    const gone = new Error('gone');
    let read = 0;
    const onRead = (bytes: number) => {
      read += bytes;
      controller.abort(gone);
    };
    await expect(readBeside(task(), { signal: controller.signal, onRead }).next()).rejects.toBe(gone);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(16_000_000);
  }, 20_000);

  it('does not begin if it was aborted before', async () => {
    const gone = new Error('gone');
    await expect(readBeside(task(), { signal: AbortSignal.abort(gone) }).next()).rejects.toBe(gone);
  });
});
