import { note } from '../../platform/content/note.js';
import { momentText } from '../dates.js';
import { ImportFileError } from '../import.errors.js';
import type { ImportedPost, ImportItem, ReadOptions } from '../import.model.js';
import { type ImportSource, utf8Chunks } from '../import-source.js';
import { addNote, addNotes } from '../notes.js';
import { TagRegister } from '../tag-register.js';
import { withinLimits } from '../within-limits.js';
import { type GhostBody, readBody } from './ghost.bodies.js';
import { addressesOf } from './ghost.addresses.js';
import { text } from './ghost-columns.js';
import { readFields } from './ghost.fields.js';
import { readPost } from './ghost.posts.js';
import { type GhostRow, GhostRows } from './ghost-rows.js';
import { GhostTables } from './ghost.tables.js';
import { GhostUrls } from './ghost.urls.js';
import { unknownUser } from './ghost.users.js';

/**
 * Reads an export of Ghost 1 to 6. Its tables can be in any order, so a first pass collects those to which posts
 * refer, and a second pass reads the posts.
 * @throws ImportFileError with the JSON path
 */
export async function* readGhost(
  source: ImportSource,
  { now, site }: ReadOptions,
): AsyncGenerator<ImportItem, void, void> {
  const tables = new GhostTables();
  for await (const row of rowsOf(source)) {
    if (row.table !== 'posts') ImportFileError.locate({ path: row.path }, () => tables.add(row));
  }
  const tags = new TagRegister();
  const address = site?.url ?? tables.url;
  const urls = new GhostUrls(address);
  yield* withinLimits(tables.items(tags, urls), { path: '$' });
  for await (const row of rowsOf(source)) {
    if (row.table !== 'posts') continue;
    const place = { path: row.path };
    const items = ImportFileError.locate(place, () => [...readRow(row, tables, tags, urls, now)]);
    for (const item of items) if ('post' in item) item.post.addresses = addressesOf(row.values, address);
    yield* withinLimits(items, place);
  }
  for (const skipped of tables.comments.rest()) yield { skipped };
  yield* tables.omitted.items();
}

async function* rowsOf(source: ImportSource): AsyncGenerator<GhostRow, void, void> {
  const rows = new GhostRows();
  for await (const chunk of utf8Chunks(source)) {
    rows.write(chunk);
    yield* rows.take();
  }
  rows.end();
}

function* readRow(
  { values, path }: GhostRow,
  tables: GhostTables,
  tags: TagRegister,
  urls: GhostUrls,
  now: Date,
): Generator<ImportItem, void, void> {
  const id = text(values, 'id');
  const post = readPost(values, now);
  yield* setAuthor(post, values, tables);
  setBody(post, readBody(values, path, urls));
  setFields(post, readFields(values, tables.metaOf(id), urls));
  const tagged = tables.tagsOf(id, tags);
  post.tags = tagged.tags;
  const comments = tables.comments.take(id, post);
  post.comments = comments.kept;
  addNotes(post, tagged);
  addNotes(post, comments);
  tables.omitted.add('posts', values);
  yield { post };
  for (const skipped of comments.skipped) yield { skipped };
}

function setFields(post: ImportedPost, { notes, moreNotes, ...fields }: ReturnType<typeof readFields>): void {
  Object.assign(post, fields);
  addNotes(post, { notes: notes.filter((note) => !post.notes.includes(note)), moreNotes });
}

/** A post whose text is lost is not public, so that nobody sees an empty page. */
function setBody(post: ImportedPost, { body, bodyFormat, isLost, ...noted }: GhostBody): void {
  Object.assign(post, { body, bodyFormat });
  if (isLost && post.status !== 'draft') {
    const at = post.publishedAt ?? post.scheduledAt;
    Object.assign(post, { status: 'draft', publishedAt: null, scheduledAt: null });
    addNote(post, 'none of its text can be converted: imported as a draft');
    if (at !== null) addNote(post, note`its date of publication ${momentText(at)} was not imported`);
  }
  addNotes(post, noted);
}

/** Galley supports one author, who is the first one in Ghost. The notes of the post name the others. */
function* setAuthor(
  post: ImportedPost,
  values: Record<string, unknown>,
  tables: GhostTables,
): Generator<ImportItem, void, void> {
  const [first = '', ...others] = authorIds(values, tables);
  let author = tables.users.get(first);
  if (!author) {
    author = unknownUser(first);
    tables.users.set(first, author);
    yield { author };
  }
  post.authorKey = author.key;
  for (const id of others)
    addNote(post, note`the co-author ${tables.users.get(id)?.name ?? id} was not imported`);
}

function authorIds(values: Record<string, unknown>, tables: GhostTables): string[] {
  const linked = tables.authorsOf(text(values, 'id'));
  return linked.length ? linked : [text(values, 'author_id')];
}
