import { Injectable } from '@nestjs/common';
import { bulk, type Sql } from 'sql-template-tag';
import { Database, sql } from '../../platform/database/database.js';
import type { Id } from '../../platform/schemas/schemas.js';
import type { PendingEdit } from './pending-edit.entity.js';
import type { PostHistory } from './post-history.entity.js';
import type { PostRevision } from './post-revision.entity.js';

/** The ends of a history. Only the job that deletes old revisions needs the time of the oldest one. */
export type History = Omit<PostHistory, 'oldestAt'>;

/** What an edit must know about a locked post besides its row. */
export interface RelatedRows {
  /** The names of the tags, in order. */
  tags: string[];
  /** null if no revision was recorded. */
  history: History | null;
  pending: PendingEdit | null;
}

/** A revision to insert. */
export type NewRevision = Omit<PostRevision, 'createdAt' | 'replacedAt'> & {
  /** undefined for now. */
  createdAt?: string;
};

/** The ends of a history after its new revisions. */
export type HistoryEnds = Omit<PostHistory, 'newestAt' | 'oldestAt' | 'kept'>;

/** A part of the chain that leads to a content. */
export type Link = Pick<PostRevision, 'number' | 'content' | 'isWhole' | 'tags' | 'parentId'>;

/** A statement returns fewer bytes of a chain, or one revision: 50 edits that replace a megabyte are 50 MB. */
const MOST_BYTES = 4_000_000;

/** Reads and writes the revisions of posts. */
@Injectable()
export class RevisionsRepository {
  constructor(private readonly database: Database) {}

  /** Runs reads that see the same state of the post and its revisions. */
  snapshot<T>(work: () => Promise<T>): Promise<T> {
    return this.database.snapshot(work);
  }

  /** Reads what belongs to a post. The post must be locked before an edit relies on it. Joins tags. */
  async relatedRowsOf(postId: Id): Promise<RelatedRows> {
    const [row] = await this.database.query<RelatedRows>(sql`
      SELECT ARRAY(SELECT t.name FROM post_tags pt JOIN tags t ON t.id = pt.tag_id
          WHERE pt.post_id = given.id ORDER BY pt.position) AS tags,
        CASE WHEN h.post_id IS NOT NULL THEN json_build_object('postId', h.post_id, 'newest', h.newest,
          'newestDigest', encode(h.newest_digest, 'hex'), 'newestAt', h.newest_at, 'current', h.current,
          'currentDigest', encode(h.current_digest, 'hex'), 'deltas', h.deltas, 'kept', h.kept) END AS history,
        CASE WHEN e.post_id IS NOT NULL THEN json_build_object('postId', e.post_id, 'number', e.number,
          'fields', e.fields, 'bases', e.bases, 'html', e.html, 'summary', e.summary,
          'htmlVersion', e.html_version) END AS pending
      FROM (SELECT ${postId}::uuid AS id) given
      LEFT JOIN post_histories h ON h.post_id = given.id
      LEFT JOIN post_pending_edits e ON e.post_id = given.id`);
    const { tags, history, pending } = row as RelatedRows;
    const bytes = (hex: Buffer) => Buffer.from(hex as unknown as string, 'hex');
    return {
      tags,
      history: history && {
        ...history,
        newestDigest: bytes(history.newestDigest),
        currentDigest: bytes(history.currentDigest),
      },
      pending,
    };
  }

  /**
   * Inserts the revisions of posts, and moves the ends of their histories. What was the newest or the current revision is
   * replaced now, unless it is the current or the pending one.
   */
  async insert(revisions: NewRevision[], ends: HistoryEnds[]): Promise<void> {
    const rows = revisions.map((row) => [
      ...[
        row.postId,
        row.number,
        row.version,
        row.authorId,
        row.note,
        row.restoredFrom,
        row.changed,
        row.title,
      ],
      ...[row.tags, row.parentId, row.content, row.isWhole],
      row.createdAt === undefined ? sql`now()` : sql`${row.createdAt}::timestamptz`,
    ]);
    const histories = ends.map(({ postId, ...end }) => [
      ...[postId, end.newest, end.newestDigest, sql`now()`, end.current, end.currentDigest, end.deltas],
      ...keptOf(revisions.filter((row) => row.postId === postId)),
    ]);
    const after = ends.map(({ postId, newest, current }) => [
      ...[sql`${postId}::uuid`, sql`${newest}::integer`, sql`${current}::integer`],
    ]);
    await this.database.query(sql`
      WITH made AS (
        INSERT INTO post_revisions (post_id, number, version, author_id, note, restored_from, changed, title, tags,
          parent_id, content, is_whole, created_at)
        VALUES ${bulk(rows)}
      ), replaced AS (
        UPDATE post_revisions r SET replaced_at = now()
        FROM post_histories h JOIN (VALUES ${bulk(after)}) AS after(post_id, newest, current) ON after.post_id = h.post_id
        WHERE r.post_id = h.post_id AND r.number IN (h.newest, h.current) AND r.number NOT IN (after.newest, after.current)
          AND NOT EXISTS (SELECT 1 FROM post_pending_edits e WHERE e.post_id = r.post_id AND e.number = r.number)
      )
      INSERT INTO post_histories (post_id, newest, newest_digest, newest_at, current, current_digest, deltas, kept,
        oldest_at)
      VALUES ${bulk(histories)}
      ON CONFLICT (post_id) DO UPDATE SET newest = excluded.newest, newest_digest = excluded.newest_digest,
        current = excluded.current, current_digest = excluded.current_digest, deltas = excluded.deltas,
        kept = post_histories.kept + excluded.kept,
        oldest_at = coalesce(post_histories.oldest_at, now()), newest_at = excluded.newest_at`);
  }

  /**
   * Returns rows that lead to the content of a revision, from the last one that is whole, or the next ones after those that
   * are known. Whatever the purge has deleted or made whole meanwhile, a row that is not whole follows the row before it.
   * @param known the number of the last row that is known, or undefined for the first rows
   */
  links(postId: Id, number: number, known: number | undefined): Promise<Link[]> {
    const first =
      known === undefined
        ? sql`(SELECT max(w.number) FROM post_revisions w
            WHERE w.post_id = ${postId} AND w.number <= ${number} AND w.is_whole)`
        : sql`${known + 1}::integer`;
    return this.database.query(sql`
      SELECT r.number, r.content, r.is_whole AS "isWhole", r.tags, r.parent_id AS "parentId"
      FROM post_revisions r JOIN (
        SELECT s.number, sum(octet_length(s.content)) OVER (ORDER BY s.number) - octet_length(s.content) AS before
        FROM post_revisions s WHERE s.post_id = ${postId} AND s.number BETWEEN ${first} AND ${number}
      ) sized ON r.number = sized.number
      WHERE r.post_id = ${postId} AND sized.before < ${MOST_BYTES}
      ORDER BY r.number`);
  }

  /** Makes a private edit the content of a version. It replaces the current revision now, whenever it was written. */
  async publish({ postId, newest, newestDigest, current }: History, version: number): Promise<void> {
    await this.database.query(sql`
      WITH published AS (
        UPDATE post_revisions SET version = ${version} WHERE post_id = ${postId} AND number = ${newest}
      ), replaced AS (
        UPDATE post_revisions SET replaced_at = now() WHERE post_id = ${postId} AND number = ${current}
      )
      UPDATE post_histories SET current = ${newest}, current_digest = ${newestDigest} WHERE post_id = ${postId}`);
  }

  async noteOf(postId: Id, number: number): Promise<Pick<PostRevision, 'note'>> {
    const [row] = await this.database.query<Pick<PostRevision, 'note'>>(
      sql`SELECT note FROM post_revisions WHERE post_id = ${postId} AND number = ${number}`,
    );
    return row ?? { note: null };
  }

  /** Makes a new revision the pending one of its post, instead of the one before. */
  async keepPending(edit: PendingEdit): Promise<void> {
    const values: Sql = sql`${edit.number}, ${edit.fields}, ${JSON.stringify(edit.bases)}, ${edit.html},
      ${edit.summary}, ${edit.htmlVersion}`;
    await this.database.query(sql`
      WITH replaced AS (
        UPDATE post_revisions r SET replaced_at = now() FROM post_pending_edits e
        WHERE e.post_id = ${edit.postId} AND r.post_id = e.post_id AND r.number = e.number
      )
      INSERT INTO post_pending_edits (post_id, number, fields, bases, html, summary, html_version)
      VALUES (${edit.postId}, ${values})
      ON CONFLICT (post_id) DO UPDATE SET number = excluded.number, fields = excluded.fields, bases = excluded.bases,
        html = excluded.html, summary = excluded.summary, html_version = excluded.html_version`);
  }

  /** A revision that is no longer the pending one is replaced now, unless it is the newest or the current one. */
  async dropPending(postId: Id): Promise<void> {
    await this.database.query(sql`
      WITH ended AS (DELETE FROM post_pending_edits WHERE post_id = ${postId} RETURNING post_id, number)
      UPDATE post_revisions r SET replaced_at = now() FROM ended JOIN post_histories h ON h.post_id = ended.post_id
      WHERE r.post_id = ended.post_id AND r.number = ended.number AND r.number NOT IN (h.newest, h.current)`);
  }
}

/** The number of new revisions of a post, and if there are several the time at which the first ones are replaced. */
const keptOf = ({ length }: NewRevision[]): [number, Sql | null] => [length, length < 2 ? null : sql`now()`];
