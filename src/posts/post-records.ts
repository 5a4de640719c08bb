import { Injectable } from '@nestjs/common';
import { Cache } from '../platform/cache/cache.js';
import { Events } from '../platform/events/events.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { TAG_COUNTS } from '../tags/tags.service.js';
import type { RecordedPost, ShownPost } from './post-rows.js';
import type { PostView } from './post-view.schemas.js';
import { versionedByEdit } from './edit-version.js';
import { POST_LISTS, postTag } from './posts.cache-tags.js';
import { postEvent, type PostEvent } from './posts.events.js';
import { PostsRepository } from './posts.repository.js';

/** What every change of a post entails: its event, and the end of the cached responses with it. */
@Injectable()
export class PostRecords {
  constructor(
    private readonly posts: PostsRepository,
    private readonly cache: Cache,
    private readonly events: Events,
  ) {}

  /** Records an event with the present view of a post, and returns the view. */
  async recorded(type: PostEvent, before: RecordedPost, by: Principal | null): Promise<PostView> {
    const view = await this.posts.get(before.id);
    await this.events.record(postEvent(type, view, by?.id ?? null, before));
    return view;
  }

  /** Returns the view of a post that a request has not changed, for a caller who may edit it. */
  async unchanged(id: Id): Promise<PostView> {
    return this.shown(await this.posts.get(id));
  }

  /** Returns the view of a post with its private edit, for a caller who may edit the post. */
  async shown(view: PostView): Promise<PostView> {
    return versionedByEdit({ ...view, pendingRevision: await this.posts.findPending(view.id) });
  }

  /** Invalidates the cached responses with these posts and lists after the commit. */
  async changedAll(posts: ShownPost[]): Promise<void> {
    if (posts.length === 0) return;
    const tags = posts.flatMap(({ id, slug }) => [postTag(id), postTag(slug)]);
    await this.cache.invalidate(POST_LISTS, TAG_COUNTS, ...tags);
  }

  /** Invalidates the cached responses with this post and lists after the commit. */
  changed({ id, slug }: ShownPost, newSlug = slug): Promise<void> {
    return this.cache.invalidate(
      POST_LISTS,
      TAG_COUNTS,
      postTag(id),
      postTag(slug),
      ...(newSlug === slug ? [] : [postTag(newSlug)]),
    );
  }
}
