import { VOID } from '../open-elements.js';
import { BLOCKS, VISIBLE } from './elements.js';
import { linesOf } from './lines.js';
import { ParagraphWriter } from './paragraph-writer.js';
import { readTokens } from './source-tokens.js';

/** Formats text that cannot contain blocks, such as a caption. Line ends are `<br />`, and tags of blocks are ignored. */
export function formatLine(html: string): string {
  const writer = new ParagraphWriter('phrasing');
  readTokens(html, {
    text(start, end) {
      for (const line of linesOf(html, start, end)) {
        const text = html.slice(line.start, line.end);
        if (text) writer.inline(text, text.trim() !== '');
        writer.lineEnds(line.lineEnds);
      }
    },
    open(name, start, end) {
      if (name === 'br') writer.br();
      else if (VOID.has(name)) writer.inline(html.slice(start, end), VISIBLE.has(name));
      else if (!BLOCKS.has(name)) writer.openInline(name, html.slice(start, end));
    },
    close(name) {
      writer.close(name);
    },
  });
  return writer.finish().trim();
}
