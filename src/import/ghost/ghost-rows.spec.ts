import { describe, expect, it } from '@jest/globals';
import { fileOf, ghost, ghostPost, readAll } from '../../../test/support/import-files.js';
import { ImportFileError } from '../import.errors.js';
import { GhostRows } from './ghost-rows.js';

const whole = ghost({ users: [{ id: 'u' }], posts: [ghostPost(), ghostPost({ id: 'p2' })] });

describe('A broken Ghost export', () => {
  it('is refused wherever it is cut', async () => {
    for (let end = 1; end < whole.length; end += 7) {
      await expect(readAll(fileOf(whole.slice(0, end)))).rejects.toBeInstanceOf(ImportFileError);
    }
  });

  it('names the path where it ends', async () => {
    const cut = whole.slice(0, whole.lastIndexOf('Text'));
    await expect(readAll(fileOf(cut))).rejects.toThrow(
      `$.db[0].data.posts[1].html (byte ${cut.length}): the file is incomplete`,
    );
  });

  it.each([
    ['other JSON', '{"posts":[]}', /no tables below "db" or "data"/],
    ['"data" without tables', '{"data":[1]}', /no tables below "db" or "data"/],
    ['no JSON', '{posts}', /^\$ \(byte 1\): invalid JSON/],
    [
      'a missing colon',
      '{"data":{"posts":[{"id" 1}]}}',
      /^\$\.data\.posts\[0\]\.id \(byte 24\): invalid JSON/,
    ],
    ['a bad escape', '{"data":{"posts":[{"id":"\\x"}]}}', /posts\[0\]\.id/],
    ['a line break in text', '{"data":{"posts":[{"id":"\n"}]}}', /posts\[0\]\.id/],
    ['text after its end', '{"data":{}} {}', /text after the end/],
    ['too many levels', `{"data":${'['.repeat(200)}`, /more than 100 nested levels/],
  ])('is refused with the reason: %s', async (_, text, message) => {
    await expect(readAll(fileOf(text))).rejects.toThrow(message);
    await expect(readAll(fileOf(text, 1))).rejects.toThrow(message);
  });

  it.each(['"', '{"a":"', '{"a":[1,'])('may not hold back more than the limit after %s', (start) => {
    const rows = new GhostRows(1000);
    rows.write(Buffer.from(`{"data":{"posts":[${start}`));
    const part = Buffer.alloc(200, '1');
    const writeAll = () => {
      for (let n = 0; n < 10; n += 1) rows.write(part);
    };
    expect(writeAll).toThrow(/longer than/);
  });

  it('does not count rows together', () => {
    const rows = new GhostRows(1000);
    rows.write(Buffer.from('{"data":{"posts":[1'));
    const part = Buffer.from(`,{"a":"${'x'.repeat(400)}"}`);
    for (let n = 0; n < 6; n += 1) {
      rows.write(part);
      expect(rows.take()).toHaveLength(1);
    }
  });
});
