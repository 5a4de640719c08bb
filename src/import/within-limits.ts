import { ImportFileError, type FilePosition } from './import.errors.js';
import { MAX_KEY_BYTES, MAX_LINKS, MAX_NOTES, written } from './import.limits.js';
import type { ImportItem } from './import.model.js';

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
    if ('author' in item) item.author.notes = someOf(item.author.notes);
    if ('post' in item) item.post.notes = someOf(item.post.notes);
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

function someOf(notes: string[]): string[] {
  if (notes.length <= MAX_NOTES) return notes;
  return [...notes.slice(0, MAX_NOTES), `and ${written(notes.length - MAX_NOTES)} more`];
}
