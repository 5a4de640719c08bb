import { Injectable } from '@nestjs/common';
import {
  type Change,
  changeOf,
  type ResourceOfEvents,
  type Size,
} from '../platform/event-views/event-views.js';
import { type Glance, idsOf, type Present } from '../platform/event-views/glance.js';
import { inShape } from '../platform/event-views/in-shape.js';
import type { LoggedEvent } from '../platform/events/event.js';
import { mayAll } from '../platform/http/access/access.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { TAGS } from './tags.access.js';
import { TAG_EVENTS, type TagEventData } from './tags.events.js';
import { TagsRepository } from './tags.repository.js';
import { TagView } from './tags.schemas.js';

type View = Omit<TagView, 'postCount'>;

const shape = inShape(TagView.omit({ postCount: true }));
/** The tag in an event. */
const TagOfEvent = TagView.omit({ postCount: true })
  .extend({
    into: TagView.omit({ postCount: true })
      .meta({ id: 'TagInto' })
      .optional()
      .describe('The tag that replaces it, for `tag.merged`.'),
  })
  .meta({ id: 'TagOfEvent' });

/** How tags are shown in the feed of changes. Clients know them by their slug. */
@Injectable()
export class TagsChanges implements ResourceOfEvents {
  readonly type = 'tag';
  readonly events = TAG_EVENTS;
  /** Posts that show another tag with the slug are read before the slug is looked up. */
  readonly isReadLast = true;
  /** Nobody can see a new tag before a post has it. */
  readonly published = {
    types: ['tag.updated', 'tag.merged', 'tag.deleted'],
    data: TagOfEvent,
    idOf: ({ data }: LoggedEvent) => (data as TagEventData).slug,
    // The slug is made of the name, so not even an id can leave.
    leaves: ({ isPublic, data }: LoggedEvent) => isPublic && !(data as TagEventData).isHidden,
  };

  constructor(private readonly tags: TagsRepository) {}

  readonly seesAll = (by: Principal) => mayAll(by, TAGS.seeUnpublished);

  sizes(ids: Id[]): Promise<Size[]> {
    return this.tags.sizes(ids);
  }

  async show(events: LoggedEvent[], by: Principal | null): Promise<(Change | undefined)[]> {
    const ids = idsOf(events);
    const views = new Map((await this.tags.findAll(ids, by)).map((tag) => [tag.id, tag]));
    const reused = await this.tags.reused(events.filter(isEnd).map(endOf), by);
    return events.map((event) => {
      const id = event.resource.id as Id;
      return shown(event, views.get(id), isEnd(event) && reused.has(id));
    });
  }

  async glance(events: LoggedEvent[]): Promise<Glance[]> {
    const present = new Map((await this.tags.present(idsOf(events))).map((tag) => [tag.id, tag]));
    return events.map((event) => glanceOf(event, present.get(event.resource.id as Id)));
  }
}

const isEnd = ({ type, data }: LoggedEvent) =>
  data !== null && (type === 'tag.deleted' || type === 'tag.merged');
const endOf = ({ resource, data, position }: LoggedEvent) => ({
  id: resource.id as Id,
  slug: (data as TagEventData).slug,
  position,
});

/** Deletions and merges were decided in their transaction. Nobody learns of another event of a tag that is gone. */
function glanceOf({ type, data, resource }: LoggedEvent, tag: (View & Present) | undefined): Glance {
  const { slug, into } = (data ?? tag ?? {}) as Partial<TagEventData>;
  const id = slug ?? (resource.id as Id);
  if (type === 'tag.deleted') return { id, toInsiders: null, toOthers: null };
  if (type === 'tag.merged') {
    const merged = into ? shape(into) : null;
    return { id, toInsiders: merged, toOthers: merged };
  }
  if (!tag) return { id };
  const current = tag.version === resource.version ? shape(tag) : null;
  return { id, toInsiders: current, ...(tag.isPublic && { toOthers: current }) };
}

/** A tag that the caller cannot see exists only for those who delete or merge it, which are events of their own. */
function shown(event: LoggedEvent, view: View | undefined, isReused: boolean): Change | undefined {
  const { slug, into } = (event.data ?? view ?? {}) as Partial<TagEventData>;
  if (slug === undefined) return undefined;
  const named = (data?: Change['data']) => ({
    ...changeOf(event, data),
    resource: { type: 'tag', id: slug, version: event.resource.version as number },
    ...(isReused && { reused: true as const }),
  });
  if (event.type === 'tag.deleted') return named();
  if (event.type === 'tag.merged') return named(into && shape(into));
  return view && named(shape(view));
}
