import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import { type Change, type ResourceOfEvents, withViews } from '../platform/event-views/event-views.js';
import { type Glance, glancesOf, idsOf, type Present } from '../platform/event-views/glance.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { may, mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { WHOLE } from './post.sql.js';
import { POSTS } from './posts.access.js';
import { POST_EVENTS } from './posts.events.js';
import { PostView } from './posts.schemas.js';
import { visiblePosts } from './visible-posts.js';

/** The number of bytes of bodies and HTML in one response. A single post can have more. */
const MOST_BYTES = 4 * 1024 * 1024;

/** The post in an event: the view of lists. */
const PostOfEvent = PostView.omit({ body: true, html: true }).meta({ id: 'PostOfEvent' });

/** How posts are shown in the feed of changes. */
@Injectable()
export class PostsChanges implements ResourceOfEvents {
  readonly type = 'post';
  readonly events = POST_EVENTS;
  readonly published = { types: POST_EVENTS, data: PostOfEvent };

  constructor(private readonly database: Database) {}

  readonly seesAll = (by: Principal) => mayAll(by, POSTS.edit);
  readonly seesOwn = (by: Principal) => may(by, POSTS.edit);

  async show(events: LoggedEvent[], by: Principal | null): Promise<Change[]> {
    const fitting = await this.fitting(events);
    // The statement of `GET /posts/:id` selects the same columns in the same order.
    return withViews(
      fitting,
      (ids) => this.read(ids, by),
      (view) => ({ ...view }),
    );
  }

  async glance(events: LoggedEvent[]): Promise<Glance[]> {
    const present = await this.database.query<Present>(sql`
      SELECT p.id, p.version, ${visiblePosts(null)} AS "isPublic" FROM posts p
      WHERE p.id = ANY(${idsOf(events)}::uuid[])`);
    return glancesOf(events, present);
  }

  /** Returns the accounts that are authors of a post that the caller can see. */
  accounts = async (ids: Id[], by: Principal | null): Promise<Id[]> => {
    const rows = await this.database.query<{ id: Id }>(sql`
      SELECT given.id FROM unnest(${ids}::uuid[]) AS given(id)
      WHERE EXISTS (SELECT 1 FROM posts p WHERE p.author_id = given.id AND ${visiblePosts(by)})`);
    return rows.map(({ id }) => id);
  };

  /** Joins users and tags. */
  private read(ids: Id[], by: Principal | null): Promise<PostView[]> {
    return this.database.query(
      sql`SELECT ${WHOLE} FROM posts p WHERE p.id = ANY(${ids}::uuid[]) AND ${visiblePosts(by)}`,
    );
  }

  /** Returns the first events whose views fit into a response. Each event contains the whole view. */
  private async fitting(events: LoggedEvent[]): Promise<LoggedEvent[]> {
    const ids = idsOf(events);
    // The length of stored text is known without reading it.
    const rows = await this.database.query<{ id: Id; bytes: number }>(
      sql`SELECT id, octet_length(body) + octet_length(html) AS bytes FROM posts WHERE id = ANY(${ids}::uuid[])`,
    );
    const bytesOf = new Map(rows.map(({ id, bytes }) => [id, bytes]));
    let sum = 0;
    const end = events.findIndex(({ resource }, n) => {
      sum += bytesOf.get(resource.id as Id) ?? 0;
      return n > 0 && sum > MOST_BYTES;
    });
    return end < 0 ? events : events.slice(0, end);
  }
}
