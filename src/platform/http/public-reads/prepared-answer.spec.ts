import { brotliDecompressSync } from 'node:zlib';
import { expect, it } from '@jest/globals';
import { PreparedAnswer } from './prepared-answer.js';

it('is compressed once, also for those who ask while it is being compressed', async () => {
  const answer = new PreparedAnswer({ body: 'words '.repeat(1000) });
  const first = answer.compressed('br');
  expect(answer.compressed('br')).toBe(first);
  const bytes = await first;
  expect(answer.compressed('br')).toBe(bytes);
  expect(brotliDecompressSync(bytes).toString()).toBe('words '.repeat(1000));
});
