import type { ImportedComment, ImportItem } from '../import.model.js';

/** An item, or comments that belong to the previous post. */
export type Piece = ImportItem | { comments: ImportedComment[] };

/** The numbers of pieces and characters that one turn of the event loop receives in a few milliseconds. */
const MOST_PIECES = 200;
const MOST_COMMENTS = 200;
const MOST_CHARACTERS = 256 * 1024;

/** Groups items into parcels of a bounded size. A post with many comments becomes several pieces. */
export async function* parcels(items: AsyncIterable<ImportItem>): AsyncGenerator<Piece[], void, void> {
  let parcel: Piece[] = [];
  let characters = 0;
  for await (const item of items) {
    for (const piece of pieces(item)) {
      parcel.push(piece);
      characters += lengthOf(piece);
      if (parcel.length < MOST_PIECES && characters < MOST_CHARACTERS) continue;
      yield parcel;
      parcel = [];
      characters = 0;
    }
  }
  if (parcel.length > 0) yield parcel;
}

/** Assembles the items from their pieces. */
export async function* unpacked(all: AsyncIterable<Piece[]>): AsyncGenerator<ImportItem, void, void> {
  let post: Extract<ImportItem, { post: unknown }> | undefined;
  for await (const parcel of all) {
    for (const piece of parcel) {
      if ('comments' in piece) {
        for (const comment of piece.comments) post?.post.comments.push(comment);
        continue;
      }
      if (post) yield post;
      post = undefined;
      if ('post' in piece) post = piece;
      else yield piece;
    }
  }
  if (post) yield post;
}

function* pieces(item: ImportItem): Generator<Piece, void, void> {
  if (!('post' in item)) return yield item;
  const { comments } = item.post;
  yield { post: { ...item.post, comments: [] } };
  for (let at = 0; at < comments.length; at += MOST_COMMENTS) {
    yield { comments: comments.slice(at, at + MOST_COMMENTS) };
  }
}

function lengthOf(piece: Piece): number {
  if ('post' in piece) return piece.post.body.length + (piece.post.excerpt?.length ?? 0);
  if ('comments' in piece) return piece.comments.reduce((sum, comment) => sum + comment.body.length, 0);
  return 'author' in piece ? (piece.author.bio?.length ?? 0) : 0;
}
