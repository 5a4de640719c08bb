import { readImport } from '../../src/import/import.reader.js';
import type {
  ImportedAuthor,
  ImportedFile,
  ImportedPost,
  ImportedTag,
  ImportFormat,
  Omitted,
  ReadOptions,
  Repair,
  Skipped,
} from '../../src/import/import.model.js';
import type { ImportSource } from '../../src/import/import-source.js';

export const NOW = new Date('2026-01-01T12:00:00Z');

/** Returns a file that is read in chunks of `size` bytes. */
export function fileOf(content: string | Uint8Array, size = 64 * 1024): ImportSource {
  const bytes = Buffer.from(content);
  return async function* () {
    for (let at = 0; at < bytes.length; at += size)
      yield await Promise.resolve(bytes.subarray(at, at + size));
  };
}

/** Returns a file that is read in two chunks, with the border after `at` bytes. */
export function halvesOf(content: Uint8Array, at: number): ImportSource {
  return async function* () {
    yield await Promise.resolve(content.subarray(0, at));
    yield content.subarray(at);
  };
}

export interface ReadResult {
  authors: ImportedAuthor[];
  tags: ImportedTag[];
  posts: ImportedPost[];
  skipped: Skipped[];
  repairs: Repair[];
  files: ImportedFile[];
  omitted: Omitted[];
}

export async function readAll(
  source: ImportSource,
  format?: ImportFormat,
  options: Partial<ReadOptions> = {},
): Promise<ReadResult> {
  const all: ReadResult = {
    ...{ authors: [], tags: [], posts: [], skipped: [], repairs: [], files: [] },
    omitted: [],
  };
  for await (const item of readImport(source, { now: NOW, ...options, format })) {
    if ('author' in item) all.authors.push(item.author);
    else if ('tag' in item) all.tags.push(item.tag);
    else if ('post' in item) all.posts.push(item.post);
    else if ('skipped' in item) all.skipped.push(item.skipped);
    else if ('file' in item) all.files.push(item.file);
    else if ('omitted' in item) all.omitted.push(item.omitted);
    else all.repairs.push(item.repaired);
  }
  return all;
}

/** Returns a WordPress export with this content of its channel. */
export function wxr(channel: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><link>https://blog.example</link>
<wp:base_blog_url>https://blog.example/</wp:base_blog_url>
${channel}
</channel></rss>`;
}

/** Returns a WordPress post. `fields` replace its default values, and `more` is inserted unchanged. */
export function wxrItem(fields: Record<string, string> = {}, more = ''): string {
  const all = {
    title: 'A post',
    'dc:creator': 'ada',
    'content:encoded': '<p>Text</p>',
    'wp:post_id': '1',
    'wp:post_date_gmt': '2020-02-03 04:05:06',
    'wp:post_name': 'a-post',
    'wp:status': 'publish',
    'wp:post_type': 'post',
    ...fields,
  };
  const elements = Object.entries(all).map(([name, value]) => `<${name}><![CDATA[${value}]]></${name}>`);
  return `<item>${elements.join('')}${more}</item>`;
}

/** Returns the meta values of a WordPress post, for the `more` of `wxrItem`. */
export const wxrMeta = (...entries: [key: string, value: string][]): string =>
  entries
    .map(
      ([key, value]) =>
        `<wp:postmeta><wp:meta_key>${key}</wp:meta_key><wp:meta_value>${value}</wp:meta_value></wp:postmeta>`,
    )
    .join('');

export function wxrComment(fields: Record<string, string>): string {
  const all = {
    approved: '1',
    author: 'Guest',
    date_gmt: '2020-02-04 00:00:00',
    content: 'Hello',
    ...fields,
  };
  const elements = Object.entries(all).map(
    ([name, value]) => `<wp:comment_${name}><![CDATA[${value}]]></wp:comment_${name}>`,
  );
  return `<wp:comment>${elements.join('')}</wp:comment>`;
}

type Row = Record<string, unknown>;

/** Returns a Ghost export with these tables. */
export function ghost(tables: Record<string, Row[]>): string {
  return JSON.stringify({ db: [{ meta: { version: '5.0.0' }, data: tables }] });
}

/** Returns a Ghost post. `fields` replace its default values. */
export function ghostPost(fields: Row = {}): Row {
  return {
    id: 'p1',
    uuid: '11111111-1111-4111-8111-111111111111',
    title: 'A post',
    slug: 'a-post',
    html: '<p>Text</p>',
    type: 'post',
    status: 'published',
    visibility: 'public',
    created_at: '2020-02-03T04:05:06.000Z',
    published_at: '2020-02-03T04:05:06.000Z',
    ...fields,
  };
}
