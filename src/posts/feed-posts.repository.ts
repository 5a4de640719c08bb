import { Injectable } from '@nestjs/common';
import { raw } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import { ExpensiveReads } from '../platform/database/expensive-reads.js';
import type { Position, Sortable } from '../platform/lists/cursors.js';
import type { Id } from '../platform/schemas/schemas.js';
import { AUTHOR, LIST_BY_TAG, pageOf, pageOrder, TAGS, time } from './post.sql.js';
import type { ListPostsQuery } from './post-lists.schemas.js';

/** A public post in a feed. */
export interface FeedPost {
  id: Id;
  slug: string;
  title: string;
  /** Plain text. */
  excerpt: string;
  /** Null if the feed shows only excerpts, or if it is too long for its share of a page. */
  html: string | null;
  publishedAt: string;
  updatedAt: string;
  author: { name: string };
  tags: { slug: string; name: string }[];
}

/**
 * The bytes of HTML on a page of a feed, of which each post may have an equal share. Composing a page of this size takes
 * about 20 ms of the event loop. Whether a post has its HTML depends on no other post: an item that changes between its
 * HTML and its excerpt would be shown as edited by readers.
 */
const MOST_HTML_BYTES = 1024 * 1024;
/** An imported excerpt can be longer. */
const MOST_EXCERPT_CHARACTERS = raw('1000');

/** Reads public posts for feeds. */
@Injectable()
export class FeedPostsRepository {
  constructor(
    private readonly database: Database,
    private readonly expensive: ExpensiveReads,
  ) {}

  /** Returns one row more than the page if another page follows. Joins users and tags. */
  page(
    query: ListPostsQuery,
    start: Position | undefined,
    isWhole: boolean,
  ): Promise<(FeedPost & Sortable)[]> {
    const html = isWhole
      ? sql`CASE WHEN octet_length(p.html) <= ${raw(String(Math.floor(MOST_HTML_BYTES / query.limit)))} THEN p.html END`
      : sql`NULL`;
    const statement = sql`
      SELECT p.id, p.slug, p.title, left(coalesce(p.excerpt, p.summary), ${MOST_EXCERPT_CHARACTERS}) AS excerpt,
        ${html} AS html, ${time(sql`p.published_at`)} AS "publishedAt", ${time(sql`p.updated_at`)} AS "updatedAt",
        ${AUTHOR}, ${TAGS}, p.key::text AS "sortKey"
      FROM ${pageOf(query, null, start)} ${pageOrder(query)}`;
    if (query.filter.tag) return this.expensive.read(statement, 'anonymous', LIST_BY_TAG);
    return this.database.query(statement);
  }
}
