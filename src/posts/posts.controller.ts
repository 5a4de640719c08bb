import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { NotAllowed } from '../platform/errors/caller-problems.js';
import { BodyTooComplex } from '../platform/content/body-too-complex.js';
import {
  Busy,
  DatabaseUnavailable,
  ReadTimedOut,
  SearchTimedOut,
} from '../platform/errors/server-problems.js';
import { Allow } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { AnsweredToAll } from '../platform/http/public-reads/public-reads.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Dated, Returns, ReturnsMoved, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { EXAMPLE_TIME, PathKey } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { POSTS } from './posts.access.js';
import { PageCycle, PageHasChildren, PostNotFound, SlugTaken } from './posts.errors.js';
import { PostEditsService } from './post-edits.service.js';
import { ListPostsQuery, PostPage } from './post-lists.schemas.js';
import { CreatePost, PrivatelyQuery, UpdatePost } from './post-requests.schemas.js';
import { isPrivateView, PendingEdits } from './revisions/pending-edits.js';
import { PostView } from './post-view.schemas.js';
import { PostsService } from './posts.service.js';

/** How a recorded response names a post with its private edit. */
const PRIVATELY = '?draft=true';

@ApiTags('posts')
@Controller('posts')
export class PostsController {
  constructor(
    private readonly posts: PostsService,
    private readonly edits: PostEditsService,
    private readonly pending: PendingEdits,
    replays: Replays,
  ) {
    replays.add<PostView>('post', {
      idOf: (view) => (isPrivateView(view) ? `${view.id}${PRIVATELY}` : view.id),
      get: (key, by) => this.getPost(key.replace(PRIVATELY, ''), { draft: key.endsWith(PRIVATELY) }, by),
    });
  }

  @Summary(
    'List posts',
    'Returns published posts. Use `filter[status]` to list posts that are not published: authors can list their own posts, editors and admins all posts.',
  )
  @Get()
  @AnsweredToAll('listPosts')
  @Returns(200, PostPage, SearchTimedOut, ReadTimedOut, Busy, DatabaseUnavailable)
  @Shown({ data: [{ status: 'published', publishedAt: EXAMPLE_TIME }] }, ['body', 'html'])
  listPosts(@Query({ schema: ListPostsQuery }) query: ListPostsQuery, @CurrentUser() by: Principal | null) {
    return this.posts.list(query, by);
  }

  @Summary(
    'Create a post',
    'Creates a draft, or with `status` a published or scheduled post. The request gives tags by name, and the server creates tags that do not exist. If you omit the slug, the server creates one from the title and adds a suffix if it is taken.',
  )
  @Post()
  @Allow(POSTS.create)
  @Replayable('post')
  @Audited('post.published', 'post.scheduled')
  @Returns(201, PostView, BodyTooComplex, PostNotFound, SlugTaken)
  async createPost(
    @Body({ schema: CreatePost }) request: CreatePost,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const post = await this.edits.create(request, by);
    setLocation(reply, `posts/${post.id}`);
    return post;
  }

  @Summary(
    'Get a post by id or slug',
    'A former slug of the post returns 301 with its present URL in `Location`. `Last-Modified` is the time of the last edit, and only requests without credentials receive it. `If-Modified-Since` is ignored, because the number of comments and the names of the author and the tags change without an edit: use the ETag. With `draft=true`, returns the post with its private edit, as readers will see it after its publication. This requires the right to edit the post.',
  )
  @Get(':idOrSlug')
  @AnsweredToAll('getPost')
  @Returns(200, PostView, NotAllowed, PostNotFound)
  @ReturnsMoved('The post has another slug by now.')
  @Dated()
  @Shown({ status: 'published', publishedAt: EXAMPLE_TIME }, ['pendingRevision'])
  getPost(
    @Param('idOrSlug', { schema: PathKey }) idOrSlug: string,
    @Query({ schema: PrivatelyQuery }) { draft }: PrivatelyQuery,
    @CurrentUser() by: Principal | null,
  ) {
    return draft ? this.pending.get(idOrSlug, by) : this.posts.get(idOrSlug, by);
  }

  @Summary(
    'Update a post',
    'Applies a merge patch (RFC 7396). Fields that you omit keep their value, null clears a field that can be empty, an array replaces the whole array, and `meta` is merged name by name. With `draft=true`, the edit of a published post stays private: it is its pending revision until you publish or discard it, and readers see the post as it was. It also ends if you give all fields their public values again.',
  )
  @Patch(':idOrSlug')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.updated', 'post.drafted', 'post.discarded')
  @Returns(200, PostView, BodyTooComplex, PostNotFound, SlugTaken, PageCycle, PageHasChildren)
  updatePost(
    @Param('idOrSlug', { schema: PathKey }) idOrSlug: string,
    @Query({ schema: PrivatelyQuery }) { draft }: PrivatelyQuery,
    @Body({ schema: UpdatePost }) changes: UpdatePost,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.edits.update(idOrSlug, changes, by, expected, draft);
  }

  @Summary(
    'Delete a post and its comments',
    'This operation cannot be undone. To hide a post temporarily, archive it. Pages below a deleted page move to the top.',
  )
  @Delete(':idOrSlug')
  @Allow(POSTS.edit)
  @Replayable()
  @Conditional()
  @Audited('post.deleted')
  @Returns(204, null, PostNotFound)
  deletePost(
    @Param('idOrSlug', { schema: PathKey }) idOrSlug: string,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.edits.delete(idOrSlug, by, expected);
  }
}
