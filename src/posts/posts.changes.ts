import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import {
  type Change,
  type ResourceOfEvents,
  type Size,
  withViews,
} from '../platform/event-views/event-views.js';
import { type Glance, glancesOf, idsOf, type Present } from '../platform/event-views/glance.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { may, mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { WHOLE } from './post.sql.js';
import { POSTS } from './posts.access.js';
import { POST_EVENTS } from './posts.events.js';
import { PostView } from './post-view.schemas.js';
import { visiblePosts } from './visible-posts.js';

/** The post in an event: the view of lists. */
const PostOfEvent = PostView.omit({ body: true, html: true, pendingRevision: true }).meta({
  id: 'PostOfEvent',
});

/** How posts are shown in the feed of changes. */
@Injectable()
export class PostsChanges implements ResourceOfEvents {
  readonly type = 'post';
  readonly events = POST_EVENTS;
  readonly published = { types: POST_EVENTS, data: PostOfEvent };

  constructor(private readonly database: Database) {}

  readonly seesAll = (by: Principal) => mayAll(by, POSTS.edit);
  readonly seesOwn = (by: Principal) => may(by, POSTS.edit);

  sizes(ids: Id[], by: Principal | null): Promise<Size[]> {
    return this.database.query(sql`
      SELECT p.id, octet_length(p.title) + octet_length(p.body) + octet_length(p.html) + octet_length(p.meta::text)
        + coalesce(octet_length(p.excerpt), octet_length(p.summary), 0) AS bytes
      FROM posts p WHERE p.id = ANY(${ids}::uuid[]) AND ${visiblePosts(by)}`);
  }

  show(events: LoggedEvent[], by: Principal | null): Promise<Change[]> {
    // The statement of `GET /posts/:id` selects the same columns in the same order.
    return withViews(
      events,
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
}
