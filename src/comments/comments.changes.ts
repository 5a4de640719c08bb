import { Injectable } from '@nestjs/common';
import {
  type Change,
  type ResourceOfEvents,
  type Size,
  withViews,
} from '../platform/event-views/event-views.js';
import { type Glance, glancesOf, idsOf } from '../platform/event-views/glance.js';
import { inShape } from '../platform/event-views/in-shape.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { may, mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { POSTS } from '../posts/posts.access.js';
import { COMMENTS } from './comments.access.js';
import { COMMENT_EVENTS, type CommentEventData } from './comments.events.js';
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
  readonly published = { types: COMMENT_EVENTS, data: CommentOfEvent, publicPart };

  constructor(private readonly comments: CommentsRepository) {}

  readonly seesAll = (by: Principal) => mayAll(by, POSTS.edit);
  /** The author of the post is an owner, and sees comments that are not visible as long as it can moderate them. */
  readonly seesOwn = (by: Principal) => may(by, COMMENTS.moderate);

  sizes(ids: Id[], by: Principal | null): Promise<Size[]> {
    return this.comments.sizes(ids, by);
  }

  show(events: LoggedEvent[], by: Principal | null): Promise<Change[]> {
    return withViews(events, (ids) => this.comments.findAll(ids, by), shape);
  }

  async glance(events: LoggedEvent[]): Promise<Glance[]> {
    const glances = glancesOf(events, await this.comments.present(idsOf(events)));
    return glances.map((glance, n) => ({ ...glance, writerId: writerOf(events[n] as LoggedEvent) }));
  }

  accounts = (ids: Id[], by: Principal | null): Promise<Id[]> => this.comments.authorsAmong(ids, by);
}

const writerOf = ({ data }: LoggedEvent) => (data as CommentEventData | null)?.author?.id;

/** An edit can make a visible comment wait for approval again. Its event is public, but its new text is not. */
function publicPart(data: object): object {
  return (data as CommentEventData).status === 'visible' ? data : { ...data, body: '' };
}
