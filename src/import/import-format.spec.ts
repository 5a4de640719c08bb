import { describe, expect, it } from '@jest/globals';
import { fileOf, ghost, readAll, wxr } from '../../test/support/import-files.js';
import { detectFormat } from './import-format.js';

describe('The format of a file', () => {
  it.each([
    ['<?xml version="1.0"?>', 'wordpress'],
    ['\uFEFF\n <rss>', 'wordpress'],
    ['{"db":[]}', 'ghost'],
    ['\uFEFF  {', 'ghost'],
    ['{"galley":{"format":1}}\n', 'galley'],
    ['{ "galley" : 1', 'galley'],
    ['{"data":{"galley":[]}}', 'ghost'],
  ])('is found from its first bytes: %j', (head, format) => {
    expect(detectFormat(Buffer.from(head))).toBe(format);
  });

  it.each([
    ['', /empty/],
    ['   ', /is not a WordPress export/],
    ['id,title\n', /is not a WordPress export/],
    ['PK\x03\x04', /ZIP/],
    ['\x1f\x8b\x08', /gzip/],
    ['\xff\xfe{\0', /UTF-16/],
  ])('is refused for what it is not: %j', (head, message) => {
    expect(() => detectFormat(Buffer.from(head, 'latin1'))).toThrow(message);
  });

  it('must be the one that was asked for', async () => {
    await expect(readAll(fileOf(ghost({})), 'wordpress')).rejects.toThrow(/The file is JSON/);
    await expect(readAll(fileOf(wxr('')), 'ghost')).rejects.toThrow(/The file is XML/);
  });

  it('is found in a file that arrives byte by byte', async () => {
    await expect(readAll(fileOf(wxr(''), 1))).resolves.toMatchObject({ posts: [] });
  });
});
