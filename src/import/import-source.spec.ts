import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fileOf } from '../../test/support/import-files.js';
import { utf8Chunks } from './import-source.js';

async function textOf(content: string | Uint8Array, size: number): Promise<string> {
  let text = '';
  for await (const chunk of utf8Chunks(fileOf(content, size))) text += chunk.toString();
  return text;
}

describe('The bytes of a file', () => {
  it('are the same text in chunks of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme' }),
        fc.integer({ min: 1, max: 9 }),
        async (text, size) => {
          expect(await textOf(text, size)).toBe(text.replace(/^\uFEFF/, ''));
        },
      ),
    );
  });

  it.each([1, 2, 100])('come without their byte order mark (chunks of %i)', async (size) => {
    expect(await textOf('\uFEFFé', size)).toBe('é');
  });

  it.each([
    ['a byte that begins nothing', [0x61, 0xff, 0x62], 1],
    ['a lone continuation', [0x61, 0x61, 0x80], 2],
    ['Latin-1', [0x61, 0xe9, 0x62], 2],
    ['a surrogate', [0x61, 0xed, 0xa0, 0x80], 2],
    ['an end within a character', [0x61, 0xe2, 0x82], 1],
  ])('are refused with their place: %s', async (_, bytes, byte) => {
    for (const size of [1, 2, 100]) {
      await expect(textOf(Uint8Array.from(bytes), size)).rejects.toMatchObject({ place: { byte } });
    }
  });
});
