import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Renderer } from '../platform/content/renderer.js';
import type { Problem } from '../platform/errors/problem.js';
import { Events } from '../platform/events/events.js';
import type { Principal } from '../platform/http/access/principal.js';
import { NewSlugs } from './new-slugs.js';
import { PageTree } from './page-tree.js';
import { PostRecords } from './post-records.js';
import type { CreatePost } from './post-requests.schemas.js';
import { type ListedPost, tagNames } from './post-view.schemas.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { POST_BODY } from './post.rendering.js';
import { postCreatedAs } from './posts.audit.js';
import { notInFuture } from './posts.errors.js';
import { eventsOfNew } from './posts.events.js';
import { PostHistories } from './revisions/post-histories.js';
import { NewPostsRefused, type RenderedRequest } from './rendered-request.js';
import { revisedPost } from './revisions/revised-post.js';
import { TagsOfPosts } from './tags-of-posts.js';

/** Creates posts. The number of statements does not depend on the number of posts. */
@Injectable()
export class NewPosts {
  constructor(
    private readonly posts: PostWritesRepository,
    private readonly slugs: NewSlugs,
    private readonly pages: PageTree,
    private readonly tags: TagsOfPosts,
    private readonly records: PostRecords,
    private readonly histories: PostHistories,
    private readonly renderer: Renderer,
    private readonly events: Events,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Renders the body before the transaction.
   * @throws BodyTooComplex, Busy
   */
  async render(request: CreatePost, by: Principal): Promise<RenderedRequest> {
    const { title, body, bodyFormat = 'markdown', type = 'post', excerpt = null } = request;
    const { parentId = null, featured = false, commentsOpen = true, meta = {} } = request;
    const { status = 'draft', scheduledAt = null } = request;
    const { html, summary } = await this.renderer.render(POST_BODY, { body, format: bodyFormat }, by.id);
    const post = {
      ...{ id: uuidv7(), type, title, body, bodyFormat, excerpt, authorId: by.id, html, summary },
      ...{ parentId, featured, commentsOpen, meta, status, scheduledAt },
    };
    return { request, post };
  }

  /**
   * Creates all of the posts, in this order. A slug that is created from a title gets a suffix if it exists already.
   * @throws NewPostsRefused if one of them cannot be created
   */
  create(rendered: RenderedRequest[], by: Principal): Promise<ListedPost[]> {
    return this.posts.transaction(async () => {
      const refused = await this.faultsOf(rendered, by);
      const candidates = await this.slugs.assign(rendered, refused);
      if (refused.size > 0) throw new NewPostsRefused(refused);
      const tagIds = await this.tags.resolve(rendered.map(({ request }) => request.tags ?? []));
      const made = await this.slugs.insert(candidates.map((one, n) => ({ ...one, tagIds: tagIds[n] ?? [] })));
      await this.recordAll(rendered, made, by);
      return made.map((post) => ({ ...post, pendingRevision: null }));
    });
  }

  /** Returns the problems of the posts that cannot be created, whatever their slugs are. */
  private async faultsOf(rendered: RenderedRequest[], by: Principal): Promise<Map<RenderedRequest, Problem>> {
    const posts = rendered.map(({ post }) => post);
    const parents = await this.pages.holdParents(posts, by);
    const times = posts.flatMap(({ scheduledAt }) => scheduledAt ?? []);
    const future = times.length > 0 ? await this.posts.futureOf(times) : new Set<string>();
    const refused = new Map<RenderedRequest, Problem>();
    for (const one of rendered) {
      const { post } = one;
      const problem =
        this.pages.faultOfNew(post, parents) ??
        (post.scheduledAt !== null && !future.has(post.scheduledAt) ? notInFuture('scheduledAt') : undefined);
      if (problem) refused.set(one, problem);
    }
    return refused;
  }

  /**
   * Records what follows from the new posts: their first revisions, events and entries, and the end of cached
   * responses.
   */
  private async recordAll(rendered: RenderedRequest[], made: ListedPost[], by: Principal): Promise<void> {
    const revisions = made.map((view, n) => {
      const { post, request } = rendered[n] as RenderedRequest;
      const source = { bodyDialect: null, bodyContext: null };
      const content = revisedPost({ ...post, ...source, slug: view.slug, tags: tagNames(view) });
      return { id: view.id, content, note: request.note ?? null };
    });
    await this.histories.begin(revisions, by.id);
    await this.events.recordAll(made.flatMap((view) => eventsOfNew(view, by.id)));
    await this.audit.recordAll(
      made.flatMap((view) =>
        view.status === 'published' || view.status === 'scheduled' ? [postCreatedAs(view.status, view)] : [],
      ),
    );
    await this.records.changedAll(made.filter(({ status }) => status === 'published'));
  }
}
