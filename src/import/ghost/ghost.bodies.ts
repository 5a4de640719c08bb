import { note } from '../../platform/content/note.js';
import { messageOf } from '../../platform/errors/thrown.js';
import type { ImportedPost } from '../import.model.js';
import { ImportFileError } from '../import.errors.js';
import { addNote, type Noted } from '../notes.js';
import { hasContent, paragraphs } from '../text.js';
import type { ConvertedDocument } from './converted-document.js';
import { text, type Values } from './ghost-columns.js';
import type { GhostUrls } from './ghost.urls.js';
import { renderLexical } from './lexical.js';
import { renderMobiledoc } from './mobiledoc.js';

export interface GhostBody extends Pick<ImportedPost, 'body' | 'bodyFormat'>, Noted {
  /** True if the file has a text that the body lacks entirely. */
  isLost: boolean;
}

type Format = ImportedPost['bodyFormat'];

const PLAIN = 'its body comes from the column "plaintext", without formatting';

/** The columns that can contain the body, best first. Old versions of Ghost have other ones than new versions. */
const COLUMNS: [column: string, format: Format, convert: (text: string) => ConvertedDocument][] = [
  ['html', 'html', (html) => ({ html, notes: [] })],
  ['lexical', 'html', renderLexical],
  ['mobiledoc', 'html', renderMobiledoc],
  ['markdown', 'markdown', (markdown) => ({ html: markdown, notes: [] })],
  ['plaintext', 'html', (plain) => ({ html: paragraphs(plain), notes: [PLAIN] })],
];

/**
 * Returns the body of a post: the first column that has content. A document that cannot be converted, or a part of
 * one, is in the notes.
 * @throws ImportFileError that names the post if a document exceeds a limit
 */
export function readBody(values: Values, path: string, urls: GhostUrls): GhostBody {
  const noted: Noted = { notes: [] };
  for (const [column, bodyFormat, convert] of COLUMNS) {
    const content = text(values, column);
    if (content.trim() === '') continue;
    const document = converted(column, content, convert, `${path}.${column}`, text(values, 'title'));
    for (const one of document.notes) addNote(noted, one);
    if (!hasContent(document.html)) continue;
    const body = urls.absolute(document.html, noted.notes);
    return { body, bodyFormat, ...noted, isLost: false };
  }
  return { body: '', bodyFormat: 'html', ...noted, isLost: noted.notes.length > 0 };
}

function converted(
  column: string,
  content: string,
  convert: (text: string) => ConvertedDocument,
  path: string,
  title: string,
): ConvertedDocument {
  try {
    return convert(content);
  } catch (error) {
    const why = messageOf(error);
    if (!(error instanceof ImportFileError))
      return { html: '', notes: [note`the column ${column} cannot be converted: ${why}`] };
    throw new ImportFileError(`the ${column} of "${title}" cannot be rendered: ${why}`, { path });
  }
}
