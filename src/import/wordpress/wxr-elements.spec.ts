import { describe, expect, it } from '@jest/globals';
import { fileOf, readAll, wxr, wxrItem } from '../../../test/support/import-files.js';
import { ImportFileError } from '../import.errors.js';
import { RepairLog } from './repairs.js';
import { WxrElements } from './wxr-elements.js';

const whole = wxr(wxrItem({ 'wp:post_id': '1' }) + wxrItem({ 'wp:post_id': '2' }));

describe('A broken WordPress export', () => {
  it('is refused wherever it is cut', async () => {
    for (let end = 1; end < whole.length; end += 7) {
      await expect(readAll(fileOf(whole.slice(0, end)))).rejects.toBeInstanceOf(ImportFileError);
    }
  });

  it('names the element and the line where it ends', async () => {
    const cut = whole.slice(0, whole.indexOf('Text'));
    const column = cut.length - cut.lastIndexOf('\n');
    await expect(readAll(fileOf(cut))).rejects.toThrow(
      `line 7, column ${column}: the file is incomplete: it ends inside <content:encoded>, which starts in line 7`,
    );
  });

  it.each([
    [
      'another RSS',
      '<rss version="2.0"><channel/></rss>',
      /^line 1, column 36: the file is RSS, but not a WordPress/,
    ],
    [
      'an item of another RSS',
      '<rss version="2.0"><channel><item><title>x</title></item></channel></rss>',
      /^line 1, column 58: the file is RSS, but not a WordPress/,
    ],
    ['another XML', '<feed></feed>', /the file is XML \(<feed>\)/],
    [
      'a page',
      '<!DOCTYPE html><html><title>Log In</title></html>',
      /an HTML page .* download the export again/,
    ],
    [
      'a page without a type',
      '<HTML lang="en"><p>Log in</HTML>',
      /an HTML page .* download the export again/,
    ],
    [
      'an export that WordPress could not end',
      wxr('<item><title>x</title></item>').replace(
        '</channel></rss>',
        '<br />\n<b>Fatal error</b>:  Allowed memory size of 99 bytes exhausted in <b>/x.php</b> on line <b>1</b><br />\n',
      ),
      /is incomplete: it ends inside <channel>, .*; WordPress stopped with the fault "Allowed memory size of 99 bytes exhausted in"; export the site again, in parts if it is large$/,
    ],
    ['mismatched tags', wxr('<item></itme>'), /line 7.*: unexpected/],
    ['a second document after its end', `${wxr('')}<rss/>`, /only one root/],
    ['too many levels', wxr('<a>'.repeat(200)), /more than 100 nested elements/],
    [
      'entities that multiply',
      '<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><rss>&b;</rss>',
      /document type declaration/,
    ],
  ])('is refused with the reason: %s', async (_, text, message) => {
    await expect(readAll(fileOf(text))).rejects.toThrow(message);
    await expect(readAll(fileOf(text, 1))).rejects.toThrow(message);
  });

  it.each(['<item><title>', '<item><title><![CDATA[', '<item><!--', '<item x="'])(
    'may not hold back more than the limit after %s',
    (start) => {
      const elements = new WxrElements(new RepairLog(), 1000);
      elements.write(wxr('').replace(/<\/channel>.*/s, start));
      const part = 'x'.repeat(200);
      const writeAll = () => {
        for (let n = 0; n < 10; n += 1) elements.write(part);
      };
      expect(writeAll).toThrow(/longer than/);
    },
  );

  it('may not gather more than the limit in one item', () => {
    const elements = new WxrElements(new RepairLog(), 1000);
    elements.write(wxr('').replace(/<\/channel>.*/s, '<item>'));
    const part = `<title>${'x'.repeat(200)}</title>`;
    const writeAll = () => {
      for (let n = 0; n < 10; n += 1) elements.write(part);
    };
    expect(writeAll).toThrow(/the <item> of line 8 is longer than/);
  });
});
