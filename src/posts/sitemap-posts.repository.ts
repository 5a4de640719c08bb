import { Injectable } from '@nestjs/common';
import { empty, raw } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import { type BoundRead, ExpensiveReads } from '../platform/database/expensive-reads.js';
import type { Position } from '../platform/lists/cursors.js';
import type { Id } from '../platform/schemas/schemas.js';
import { time } from './post.sql.js';
import type { PostType } from './post-fields.schemas.js';

/** A public post in a sitemap. */
export interface SitemapPost {
  id: Id;
  slug: string;
  updatedAt: string;
  /** The addresses of the first images as they stand in the HTML, with entities. */
  images: string[];
}

/** The posts of one file, in the order of their creation: from `first`, and before `end` unless it is the last file. */
export interface SitemapPart {
  type: PostType;
  first: Position;
  end?: Position;
}

/** A file usually has this number of posts, and one statement reads at most so many: 0.5 s for the longest posts. */
const POSTS_PER_FILE = 1000;
/** The last file grows until the index is read again. The protocol permits 50,000 addresses. */
const MOST_POSTS_PER_FILE = 5000;
/** Images after this number of characters are not found, so that the cost of a post does not depend on its length. */
const SEARCHED_CHARACTERS = raw('50000');
/** The elements of the text between `<img ` and `<img ` that begin with the first 20 images. */
const FIRST_IMAGES = raw('[2:21]');
/**
 * The addresses of the first images that are there to their end. Sanitized HTML contains `<` and `>` only around tags and `"` only
 * around values, so that each second part of a tag is the value of the attribute that the part before it names.
 * Functions for plain text take a tenth of the time of a regular expression, which finds all images before the first one is used.
 */
const IMAGES = sql`ARRAY(
  SELECT address FROM unnest((string_to_array(left(p.html, ${SEARCHED_CHARACTERS}), '<img '))${FIRST_IMAGES}) image,
    string_to_array(split_part(image, '>', 1), '"') parts, LATERAL (
      SELECT parts[n + 1] AS address FROM generate_series(1, cardinality(parts) - 1, 2) n
      WHERE ' ' || parts[n] LIKE '% src=' LIMIT 1) src
  WHERE address <> '' AND position('>' IN image) > 0)`;
/** PostgreSQL lists no more files than an index can contain. */
const MOST_FILES = raw('50000');

type Row = SitemapPost & { key: string };

const SITEMAP: BoundRead = {
  what: 'The sitemap',
  timeout: 'DATABASE_STATEMENT_TIMEOUT_MS',
  advice: 'Request it again later.',
};

/** Reads public posts for the sitemap. */
@Injectable()
export class SitemapPostsRepository {
  constructor(private readonly expensive: ExpensiveReads) {}

  /** Returns the first post of each file. Reads an index with all public posts. */
  firsts(type: PostType): Promise<Position[]> {
    const isPublic = sql`p.status = 'published' AND p.type = ${raw(`'${type}'`)}`;
    return this.expensive.read(
      sql`
        SELECT created_at::text AS key, id FROM (
          SELECT p.created_at, p.id, row_number() OVER (ORDER BY p.created_at, p.id) - 1 AS n
          FROM posts p WHERE ${isPublic}) numbered
        WHERE n % ${raw(String(POSTS_PER_FILE))} = 0 ORDER BY n DESC LIMIT ${MOST_FILES}`,
      'anonymous',
      SITEMAP,
    );
  }

  /** Reads the posts of a file by statements of bounded cost. */
  async file({ type, first, end }: SitemapPart): Promise<SitemapPost[]> {
    const posts: SitemapPost[] = [];
    for (let start: Position | undefined = first; start && posts.length < MOST_POSTS_PER_FILE;) {
      const rows = await this.read({ type, first: start, end });
      const next: Row | undefined = rows[POSTS_PER_FILE];
      posts.push(...rows.slice(0, POSTS_PER_FILE));
      start = next && { key: next.key, id: next.id };
    }
    return posts;
  }

  /** Returns one row more if other posts follow. */
  private read({ type, first, end }: SitemapPart): Promise<Row[]> {
    const before = end ? sql`AND (p.created_at, p.id) < (${end.key}::timestamptz, ${end.id}::uuid)` : empty;
    return this.expensive.read(
      sql`
        SELECT p.id, p.slug, ${time(sql`p.updated_at`)} AS "updatedAt", ${IMAGES} AS images, p.created_at::text AS key
        FROM posts p
        WHERE p.status = 'published' AND p.type = ${raw(`'${type}'`)}
          AND (p.created_at, p.id) >= (${first.key}::timestamptz, ${first.id}::uuid) ${before}
        ORDER BY p.created_at, p.id LIMIT ${raw(String(POSTS_PER_FILE + 1))}`,
      'anonymous',
      SITEMAP,
    );
  }
}
