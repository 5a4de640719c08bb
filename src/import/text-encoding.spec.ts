import { describe, expect, it } from '@jest/globals';
import { fileOf, readAll, wxr, wxrItem } from '../../test/support/import-files.js';

const FILE = wxr(wxrItem({ title: 'Été “HERE”' }));

const declaring = (encoding: string, text = FILE) => text.replace('UTF-8', encoding);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
/** Returns the file with these bytes as the title, and otherwise in ASCII. */
function withTitle(encoding: string, ...bytes: number[]): Buffer {
  const [before = '', after = ''] = declaring(encoding).split('Été “HERE”');
  return Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
}

describe('A WordPress export in another encoding', () => {
  it.each([
    ['ISO-8859-1', withTitle('ISO-8859-1', 0xc9, 0x74, 0xe9), 'Été'],
    ['Windows-1252', withTitle('windows-1252', 0x93, 0xc9, 0x94), '“É”'],
    ['ISO-8859-15', withTitle('iso-8859-15', 0xa4), '€'],
    ['Shift_JIS', withTitle('Shift_JIS', 0x93, 0xfa, 0x96, 0x7b), '日本'],
    ['UTF-16, little end first', utf16(`\ufeff${declaring('UTF-16')}`), 'Été “HERE”'],
    ['UTF-16, big end first', utf16(`\ufeff${FILE}`).swap16(), 'Été “HERE”'],
    ['UTF-16 without a mark', utf16(declaring('UTF-16')), 'Été “HERE”'],
    ['UTF-8 with a mark and another declaration', Buffer.from(`\ufeff${declaring('latin1')}`), 'Été “HERE”'],
    ['UTF-8 that declares UTF-16', Buffer.from(declaring('UTF-16')), 'Été “HERE”'],
  ])('is read: %s', async (_, bytes, title) => {
    for (const size of [1, 64 * 1024]) {
      const { posts, repairs } = await readAll(fileOf(bytes, size));
      expect([posts.map((post) => post.title), repairs]).toEqual([[title], []]);
    }
  });

  it('is refused if the encoding is not known, or if the file is not in it', async () => {
    await expect(readAll(fileOf(declaring('Klingon')))).rejects.toThrow(
      'the file declares the encoding Klingon, which is not known; save it as UTF-8',
    );
    await expect(readAll(fileOf(withTitle('Shift_JIS', 0x93, 0x20)))).rejects.toThrow(
      'the file is not encoded in shift_jis; save it as UTF-8',
    );
  });
});
