import { Injectable } from '@nestjs/common';
import { type Change, type ResourceOfEvents, withViews } from '../platform/event-views/event-views.js';
import { type Glance, glancesOf, idsOf } from '../platform/event-views/glance.js';
import { inShape } from '../platform/event-views/in-shape.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { POSTS } from '../posts/posts.access.js';
import { COMMENT_EVENTS } from './comments.events.js';
import { CommentsRepository } from './comments.repository.js';
import { CommentView } from './comments.schemas.js';

const shape = inShape(CommentView);
/** The comment in an event. */
const CommentOfEvent = CommentView.omit({ html: true }).meta({ id: 'CommentOfEvent' });

/** How comments are shown in the feed of changes. */
@Injectable()
export class CommentsChanges implements ResourceOfEvents {
  readonly type = 'comment';
  readonly events = COMMENT_EVENTS;
  readonly published = { types: COMMENT_EVENTS, data: CommentOfEvent };

  constructor(private readonly comments: CommentsRepository) {}

  readonly seesAll = (by: Principal) => mayAll(by, POSTS.edit);

  show(events: LoggedEvent[], by: Principal | null): Promise<Change[]> {
    return withViews(events, (ids) => this.comments.findAll(ids, by), shape);
  }

  async glance(events: LoggedEvent[]): Promise<Glance[]> {
    return glancesOf(events, await this.comments.present(idsOf(events)));
  }

  accounts = (ids: Id[], by: Principal | null): Promise<Id[]> => this.comments.authorsAmong(ids, by);
}
