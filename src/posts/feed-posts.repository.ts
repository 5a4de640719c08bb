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
  /** Null if the feed shows only excerpts, or if the posts before it use the space of the page. */
  html: string | null;
  publishedAt: string;
  updatedAt: string;
  author: { name: string };
  tags: { slug: string; name: string }[];
}

/**
 * The bytes of HTML on a page of a feed. Composing a page of this size takes about 15 ms of the event loop. The posts
 * after it have their excerpt, as posts of a feed of excerpts do.
 */
const MOST_HTML_BYTES = raw(String(512 * 1024));
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
      ? sql`CASE WHEN sum(octet_length(p.html)) OVER (${pageOrder(query)}) <= ${MOST_HTML_BYTES} THEN p.html END`
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
