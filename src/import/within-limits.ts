import { noteKind, noteOfMore } from '../platform/content/note.js';
import { ImportFileError, type FilePosition } from './import.errors.js';
import { MAX_KEY_BYTES, MAX_LINKS, MAX_NOTES, written } from './import.limits.js';
import type { ImportItem } from './import.model.js';
import type { Noted } from './notes.js';

/**
 * Yields the items that can be stored, and limits the number of their notes.
 * @throws ImportFileError with the place of an item that no index or page could store
 */
export function* withinLimits(
  items: Iterable<ImportItem>,
  place: FilePosition,
): Generator<ImportItem, void, void> {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault) throw new ImportFileError(fault, place);
    if ('author' in item) item.author.notes = someOf(item.author);
    if ('post' in item) item.post.notes = someOf(item.post);
    yield item;
  }
}

function faultOf(item: ImportItem): string | undefined {
  if ('author' in item) return keyFault(item.author.key, 'the id of an author');
  if ('tag' in item) return keyFault(item.tag.name.normalize('NFC').toLowerCase(), 'the name of a tag');
  if (!('post' in item)) return undefined;
  const { key, tags, comments } = item.post;
  if (tags.length > MAX_LINKS) return `a post has more than ${written(MAX_LINKS)} tags`;
  const fault = keyFault(key, 'the id of a post');
  if (fault) return fault;
  for (const comment of comments) {
    const commentFault = keyFault(comment.key, 'the id of a comment');
    if (commentFault) return commentFault;
  }
  return undefined;
}

const keyFault = (key: string, what: string) =>
  Buffer.byteLength(key) > MAX_KEY_BYTES
    ? `${what} is longer than ${written(MAX_KEY_BYTES)} bytes; shorten it in the file`
    : undefined;

function someOf({ notes, moreNotes = 0 }: Noted): string[] {
  const rest = restOf(notes.slice(MAX_NOTES));
  return [
    ...notes.slice(0, MAX_NOTES),
    ...rest,
    ...(moreNotes > 0 ? [noteOfMore(OTHERS, [], moreNotes)] : []),
  ];
}

/** Returns one note for each kind of notes. Readers write a few kinds; the last note stands for any others. */
function restOf(notes: string[]): string[] {
  const kinds = new Map<string, string[]>();
  for (const text of notes) {
    const kind = noteKind(text);
    const name = kinds.has(kind) || kinds.size < MAX_NOTES ? kind : OTHERS;
    const known = kinds.get(name);
    if (known) known.push(text);
    else kinds.set(name, [text]);
  }
  return [...kinds].map(([kind, texts]) => noteOfMore(kind, texts));
}

const OTHERS = 'other reasons';
