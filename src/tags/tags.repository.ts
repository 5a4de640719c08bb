import { Injectable } from '@nestjs/common';
import { bulk, empty, join, raw, type Sql } from 'sql-template-tag';
import { v7 as uuidv7 } from 'uuid';
import { slugify } from '../platform/content/slugs.js';
import { Database, sql } from '../platform/database/database.js';
import type { Size } from '../platform/event-views/event-views.js';
import { type BoundRead, ExpensiveReads } from '../platform/database/expensive-reads.js';
import type { Present } from '../platform/event-views/glance.js';
import { violates } from '../platform/database/database-problems.js';
import { withFreeSlug } from '../platform/database/free-slug.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Position } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { TAGS } from './tags.access.js';
import type { Tag } from './tag.entity.js';
import { TaggedPosts } from './tagged-posts.js';
import { TagNameTaken } from './tags.errors.js';
import type { ListTagsQuery, TagView } from './tags.schemas.js';

export interface NewTag {
  name: string;
  /** Created from the name if absent. A slug that exists already gets a suffix. */
  slug?: string;
  description?: string | null;
}

export interface TagRow extends TagView {
  id: Id;
}

export type ExportedTag = Pick<Tag, 'name' | 'slug' | 'description'>;

const SORT_KEYS: Record<ListTagsQuery['sort']['key'], SortKey> = {
  name: { expression: sql`lower(t.name)`, type: 'text' },
  slug: { expression: sql`t.slug`, type: 'text' },
};

/** The cost of these reads grows with the site and not with the request, so they have the timeout of all statements. */
const COUNTS: BoundRead = {
  what: 'Counting the posts of these tags',
  timeout: 'DATABASE_STATEMENT_TIMEOUT_MS',
  advice: 'Ask for `fields` without `postCount`, or try again in a moment.',
};
const COUNT: BoundRead = {
  ...COUNTS,
  what: 'Counting the posts of this tag',
  advice: 'Try again in a moment, or list tags with `fields` without `postCount`.',
};

export type LockedTag = Pick<Tag, 'id' | 'slug' | 'name' | 'description' | 'version'>;

/** A tag with who can learn of its events. */
export type TagOfEvent = Pick<Tag, 'id' | 'slug' | 'name' | 'description' | 'version'> & {
  isPublic: boolean;
  ownerIds: Id[];
};

@Injectable()
export class TagsRepository {
  constructor(
    private readonly database: Database,
    private readonly expensive: ExpensiveReads,
    private readonly posts: TaggedPosts,
  ) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /** Returns the whole tag, for editors. */
  async find(slug: string): Promise<TagRow | undefined> {
    return (
      await this.database.query<TagRow>(sql`SELECT ${this.whole} FROM tags t WHERE t.slug = ${slug}`)
    )[0];
  }

  async findVisible(slug: string, by: Principal | null): Promise<TagRow | undefined> {
    const statement = sql`
      SELECT ${this.shownTo(by)}, ${this.postCount} AS "postCount" FROM tags t WHERE t.slug = ${slug} ${this.visibleTo(by)}`;
    const rows = await this.expensive.read<TagRow>(statement, by ? 'account' : 'anonymous', COUNT);
    return rows[0];
  }

  async findById(id: Id): Promise<TagRow | undefined> {
    return (await this.database.query<TagRow>(sql`SELECT ${this.whole} FROM tags t WHERE t.id = ${id}`))[0];
  }

  /** Returns a tag with who can see a post that has it. The caller must lock the tag. Joins posts. */
  async ofEvent(id: Id): Promise<TagOfEvent> {
    const [row] = await this.database.query<TagOfEvent>(sql`
      SELECT t.id, t.slug, t.name, t.description, t.version, shown.is AS "isPublic",
        CASE WHEN shown.is THEN '{}' ELSE ${this.posts.ownersOf(sql`t.id`)} END AS "ownerIds"
      FROM tags t CROSS JOIN LATERAL (SELECT ${this.isOnPostOf(null)} AS is) shown WHERE t.id = ${id}`);
    return row as TagOfEvent;
  }

  /** Returns the lengths of the texts that can be long. */
  sizes(ids: Id[]): Promise<Size[]> {
    return this.database.query(sql`
      SELECT id, coalesce(octet_length(description), 0) AS bytes FROM tags WHERE id = ANY(${ids}::uuid[])`);
  }

  /** Returns those of the tags that the caller can see, without the number of their posts. */
  findAll(ids: Id[], by: Principal | null): Promise<Omit<TagRow, 'postCount'>[]> {
    return this.database.query(
      sql`SELECT ${this.shownTo(by)} FROM tags t WHERE t.id = ANY(${ids}::uuid[]) ${this.visibleTo(by)}`,
    );
  }

  /**
   * Returns those of the tags that have ended whose slug another tag has had since, as far as the caller could see it.
   * Joins events.
   * @param ended with the positions of their last events
   */
  async reused(ended: { id: Id; slug: string; position: number }[], by: Principal | null): Promise<Set<Id>> {
    if (ended.length === 0) return new Set();
    const isSeen = by
      ? mayAll(by, TAGS.seeUnpublished)
        ? sql`true`
        : sql`(e.is_public OR e.owner_ids @> ARRAY[${by.id}::uuid])`
      : sql`e.is_public`;
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT ended.id FROM jsonb_to_recordset(${JSON.stringify(ended)}::jsonb)
        AS ended(id uuid, slug text, position bigint)
      WHERE EXISTS (SELECT 1 FROM tags t WHERE t.slug = ended.slug AND t.id <> ended.id ${this.visibleTo(by)})
        OR EXISTS (
          SELECT 1 FROM events e WHERE e.type IN ('tag.deleted', 'tag.merged') AND e.data->>'slug' = ended.slug
            AND e.resource_id <> ended.id AND (e.position > ended.position OR e.position IS NULL) AND ${isSeen})`);
    return new Set(rows.map(({ id }) => id));
  }

  /** Returns the tags as everybody can read them, also if no public post has them. Joins posts. */
  present(ids: Id[]): Promise<(Omit<TagRow, 'postCount'> & Present)[]> {
    return this.database.query(sql`
      SELECT ${this.shownTo(null)}, ${this.isOnPostOf(null)} AS "isPublic" FROM tags t
      WHERE t.id = ANY(${ids}::uuid[])`);
  }

  /** Locks tags against deletion until the transaction ends. */
  async holdAll(ids: Id[]): Promise<void> {
    await this.database.query(
      sql`SELECT 1 FROM tags WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`,
    );
  }

  /** Streams all tags in the order of their creation. Rows are read on demand. */
  all(): AsyncGenerator<ExportedTag, void, void> {
    return this.database.stream('exported_tags', sql`SELECT name, slug, description FROM tags ORDER BY id`);
  }

  /** Locks the tags with these slugs in a fixed order, so that two merges cannot wait for each other. */
  lock(slugs: string[]): Promise<LockedTag[]> {
    return this.database.query(
      sql`SELECT id, slug, name, description, version FROM tags WHERE slug = ANY(${slugs}) ORDER BY id FOR UPDATE`,
    );
  }

  /** Locks a tag that will not be deleted. Posts can still refer to it. */
  async hold(slug: string): Promise<LockedTag | undefined> {
    const rows = await this.database.query<LockedTag>(
      sql`SELECT id, slug, name, description, version FROM tags WHERE slug = ${slug} FOR NO KEY UPDATE`,
    );
    return rows[0];
  }

  /**
   * Waits for the transactions that give the tag to a post, unless everybody can read it already, and lets none begin until
   * this one ends. One of them can make it public.
   */
  async awaitPosts(id: Id): Promise<void> {
    await this.database.query(
      sql`SELECT 1 FROM tags t WHERE t.id = ${id} AND NOT ${this.isOnPostOf(null)} FOR UPDATE`,
    );
  }

  /**
   * Returns the ids of the tags with these names. The database decides which names are equal without regard to
   * case.
   * None of the tags can be deleted until the transaction ends.
   */
  async findIds(names: string[]): Promise<Map<string, Id>> {
    const rows = await this.database.query<{ name: string; id: Id }>(sql`
      SELECT n.name, t.id FROM unnest(${names}::text[]) AS n(name) JOIN tags t ON lower(t.name) = lower(n.name)
      ORDER BY t.id FOR KEY SHARE OF t`);
    return new Map(rows.map((row) => [row.name, row.id]));
  }

  /** Returns the tags with these names, by the given name. */
  async findNamed(names: string[]): Promise<Map<string, { slug: string; name: string }>> {
    const rows = await this.database.query<{ given: string; slug: string; name: string }>(sql`
      SELECT n.given, t.slug, t.name FROM unnest(${names}::text[]) AS n(given)
      JOIN tags t ON lower(t.name) = lower(n.given)`);
    return new Map(rows.map(({ given, slug, name }) => [given, { slug, name }]));
  }

  async slugsOf(ids: Id[]): Promise<Map<Id, string>> {
    const rows = await this.database.query<{ id: Id; slug: string }>(
      sql`SELECT id, slug FROM tags WHERE id = ANY(${ids}::uuid[])`,
    );
    return new Map(rows.map(({ id, slug }) => [id, slug]));
  }

  /** Returns null if a tag already has the name: the unique index decides between concurrent requests. */
  insert({ name, slug, description = null }: NewTag): Promise<Id | null> {
    return withFreeSlug('tags', slug ?? slugify(name, 'tag'), this.database, async (candidate) => {
      const rows = await this.database.query<{ id: Id }>(sql`
        INSERT INTO tags (id, slug, name, description) VALUES (${uuidv7()}, ${candidate}, ${name}, ${description})
        ON CONFLICT DO NOTHING RETURNING id`);
      if (rows[0]) return rows[0].id;
      return (await this.findIds([name])).size > 0 ? null : undefined;
    });
  }

  /**
   * Inserts the tags whose name and slug are free, in one statement, and ignores the others. For those, the caller
   * uses `insert` to find a slug.
   * @returns the tags that are new
   */
  insertFree(tags: Required<NewTag>[]): Promise<{ id: Id; name: string }[]> {
    if (tags.length === 0) return Promise.resolve([]);
    const values = tags.map(({ slug, name, description }) => [uuidv7(), slug, name, description]);
    return this.database.query(sql`
      INSERT INTO tags (id, slug, name, description) VALUES ${bulk(values)} ON CONFLICT DO NOTHING RETURNING id, name`);
  }

  /**
   * The caller must lock the tag.
   * @throws TagNameTaken: the unique index decides between concurrent requests
   */
  async update(id: Id, changes: { name?: string; description?: string | null }): Promise<void> {
    const assignments = (['name', 'description'] as const)
      .filter((name) => changes[name] !== undefined)
      .map((name) => sql`${raw(name)} = ${changes[name]}`);
    const statement = sql`
      UPDATE tags SET ${join([...assignments, sql`version = version + 1`])}, updated_at = now()
      WHERE id = ${id}`;
    await this.database.query(statement).catch((error: unknown) => {
      throw violates(error, 'tags_name_key') ? new TagNameTaken(changes.name as string) : error;
    });
  }

  async delete(id: Id): Promise<void> {
    await this.database.query(sql`DELETE FROM tags WHERE id = ${id}`);
  }

  list(
    query: ListTagsQuery,
    by: Principal | null,
    start: Position | undefined,
  ): Promise<(TagRow & { sortKey: string })[]> {
    const key = SORT_KEYS[query.sort.key];
    const { after, orderBy, limit } = keyset(key, sql`t.id`, query, start);
    const page = sql`
      WITH page AS MATERIALIZED (
        SELECT t.*, ${key.expression} AS key FROM tags t WHERE true ${this.visibleTo(by)} ${after} ${orderBy} ${limit})
      SELECT ${this.shownTo(by)}, t.key AS "sortKey"`;
    const order = keyset({ expression: sql`t.key`, type: 'text' }, sql`t.id`, query, undefined).orderBy;
    if (query.fields && !query.fields.includes('postCount'))
      return this.database.query(sql`${page}, 0 AS "postCount" FROM page t ${order}`);
    const counted = sql`${page}, coalesce(counts.posts, 0) AS "postCount"
      FROM page t LEFT JOIN ${this.pageCounts} counts ON counts.tag_id = t.id ${order}`;
    return this.expensive.read(counted, by ? 'account' : 'anonymous', COUNTS);
  }

  /** The tag as editors see it. */
  private get whole(): Sql {
    return sql`t.id, t.slug, t.name, t.description, t.version, ${this.postCount} AS "postCount"`;
  }

  /** The number of posts that everyone can see. Joins posts. */
  private get postCount(): Sql {
    return sql`(SELECT count(*)::integer FROM ${this.posts.seenBy(null)} WHERE tagged.tag_id = t.id)`;
  }

  /**
   * The same counts for the tags of a page in one pass over their posts, because a separate count of each tag would
   * hash all posts.
   */
  private get pageCounts(): Sql {
    return sql`(
      SELECT tagged.tag_id, count(*)::integer AS posts FROM ${this.posts.seenBy(null)}
      WHERE tagged.tag_id = ANY(ARRAY(SELECT id FROM page)) GROUP BY tagged.tag_id)`;
  }

  /**
   * The part of a tag that the caller sees. Authors can see a tag by adding its name to their own draft. As long as
   * no published post has the tag, they must not see what an editor wrote about it.
   */
  private shownTo(by: Principal | null): Sql {
    const description =
      by && mayAll(by, TAGS.seeUnpublished)
        ? sql`t.description`
        : sql`CASE WHEN ${this.isOnPostOf(null)} THEN t.description END AS description`;
    return sql`t.id, t.slug, t.name, ${description}, t.version`;
  }

  /**
   * A condition: the caller can see a post with the tag. The name of a tag of a hidden draft would reveal something
   * about the draft.
   */
  private visibleTo(by: Principal | null): Sql {
    return by && mayAll(by, TAGS.seeUnpublished) ? empty : sql`AND ${this.isOnPostOf(by)}`;
  }

  /**
   * A condition: a post that the caller can see has the tag. Joins posts. Because of LIMIT, the planner does not
   * hash all posts to find the first one.
   */
  private isOnPostOf(by: Principal | null): Sql {
    return sql`EXISTS (SELECT 1 FROM (
      SELECT 1 FROM ${this.posts.seenBy(by)} WHERE tagged.tag_id = t.id LIMIT 1) first)`;
  }
}
