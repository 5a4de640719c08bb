import { Injectable } from '@nestjs/common';
import { empty, raw } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
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

/** A file usually has this number of posts. */
const POSTS_PER_FILE = raw('1000');
/** The last file grows until the index is read again. The protocol permits 50,000 addresses. */
const MOST_POSTS_PER_FILE = raw('5000');
const MOST_IMAGES_PER_POST = raw('20');
/** Images after this number of characters are not found. */
const SEARCHED_CHARACTERS = raw('200000');
const IMAGE = raw(`'<img [^>]*src="([^"]+)"'`);
/** PostgreSQL lists no more files than an index can contain. */
const MOST_FILES = raw('50000');

const SITEMAP: BoundRead = {
  what: 'The sitemap',
  timeout: 'DATABASE_STATEMENT_TIMEOUT_MS',
  advice: 'Request it again later.',
};

/** Reads public posts for the sitemap. */
@Injectable()
export class SitemapPostsRepository {
  constructor(
    private readonly database: Database,
    private readonly expensive: ExpensiveReads,
  ) {}

  /** Returns the first post of each file. Reads an index with all public posts. */
  firsts(type: PostType): Promise<Position[]> {
    const isPublic = sql`p.status = 'published' AND p.type = ${raw(`'${type}'`)}`;
    return this.expensive.read(
      sql`
        SELECT created_at::text AS key, id FROM (
          SELECT p.created_at, p.id, row_number() OVER (ORDER BY p.created_at, p.id) - 1 AS n
          FROM posts p WHERE ${isPublic}) numbered
        WHERE n % ${POSTS_PER_FILE} = 0 ORDER BY n DESC LIMIT ${MOST_FILES}`,
      'anonymous',
      SITEMAP,
    );
  }

  file({ type, first, end }: SitemapPart): Promise<SitemapPost[]> {
    const before = end ? sql`AND (p.created_at, p.id) < (${end.key}::timestamptz, ${end.id}::uuid)` : empty;
    return this.database.query(sql`
      SELECT p.id, p.slug, ${time(sql`p.updated_at`)} AS "updatedAt", ARRAY(
        SELECT found[1] FROM regexp_matches(left(p.html, ${SEARCHED_CHARACTERS}), ${IMAGE}, 'g') found
        LIMIT ${MOST_IMAGES_PER_POST}) AS images
      FROM posts p
      WHERE p.status = 'published' AND p.type = ${raw(`'${type}'`)}
        AND (p.created_at, p.id) >= (${first.key}::timestamptz, ${first.id}::uuid) ${before}
      ORDER BY p.created_at, p.id LIMIT ${MOST_POSTS_PER_FILE}`);
  }
}
