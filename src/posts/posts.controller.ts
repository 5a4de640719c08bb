import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
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
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { EXAMPLE_TIME, Id, PathKey } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { POSTS } from './posts.access.js';
import {
  PageCycle,
  PageHasChildren,
  PostAlreadyPublished,
  PostArchived,
  PostNotArchived,
  PostNotFound,
  PostNotPublished,
  SlugTaken,
} from './posts.errors.js';
import {
  CreatePost,
  EXAMPLE_SCHEDULE,
  ListPostsQuery,
  PostPage,
  PostView,
  SchedulePost,
  UpdatePost,
} from './posts.schemas.js';
import { PostsService } from './posts.service.js';

@ApiTags('posts')
@Controller('posts')
export class PostsController {
  constructor(
    private readonly posts: PostsService,
    replays: Replays,
  ) {
    replays.add<PostView>('post', { idOf: ({ id }) => id, get: (id, by) => this.getPost(id, by) });
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
    const post = await this.posts.create(request, by);
    setLocation(reply, `posts/${post.id}`);
    return post;
  }

  @Summary('Get a post by id or slug')
  @Get(':idOrSlug')
  @AnsweredToAll('getPost')
  @Returns(200, PostView, PostNotFound)
  @Shown({ status: 'published', publishedAt: EXAMPLE_TIME })
  getPost(@Param('idOrSlug', { schema: PathKey }) idOrSlug: string, @CurrentUser() by: Principal | null) {
    return this.posts.get(idOrSlug, by);
  }

  @Summary(
    'Update a post',
    'Applies a merge patch (RFC 7396). Fields that you omit keep their value, null clears a field that can be empty, an array replaces the whole array, and `meta` is merged name by name.',
  )
  @Patch(':idOrSlug')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.updated')
  @Returns(200, PostView, BodyTooComplex, PostNotFound, SlugTaken, PageCycle, PageHasChildren)
  updatePost(
    @Param('idOrSlug', { schema: PathKey }) idOrSlug: string,
    @Body({ schema: UpdatePost }) changes: UpdatePost,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.update(idOrSlug, changes, by, expected);
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
    return this.posts.delete(idOrSlug, by, expected);
  }

  @Summary(
    'Publish a post',
    'Publishes a draft or a scheduled post. Returns 409 if the post is already published.',
  )
  @Post(':id/publish')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.published')
  @Returns(200, PostView, PostNotFound, PostAlreadyPublished, PostArchived)
  @Shown({ status: 'published', publishedAt: EXAMPLE_TIME })
  publishPost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('publish', id, by, expected);
  }

  @Summary(
    'Unpublish a post',
    'Turns a published post into a draft, or cancels the publication of a scheduled one. `publishedAt` keeps the time of the first publication.',
  )
  @Post(':id/unpublish')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.unpublished')
  @Returns(200, PostView, PostNotFound, PostNotPublished)
  @Shown({ publishedAt: EXAMPLE_TIME })
  unpublishPost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('unpublish', id, by, expected);
  }

  @Summary(
    'Schedule a post',
    'Publishes a draft at a time in the future, and then sets `publishedAt` to that time, or keeps the time of the first publication. Scheduling a scheduled post moves it to another time. To cancel, unpublish the post. While the account of the author is disabled, the post waits.',
  )
  @Post(':id/schedule')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.scheduled')
  @Returns(200, PostView, PostNotFound, PostAlreadyPublished, PostArchived)
  @Shown({ status: 'scheduled', scheduledAt: EXAMPLE_SCHEDULE })
  schedulePost(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: SchedulePost }) { at }: SchedulePost,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.schedule(id, at, by, expected);
  }

  @Summary('Archive a post', 'Hides the post from everyone except its author, editors and admins.')
  @Post(':id/archive')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.archived')
  @Returns(200, PostView, PostNotFound, PostArchived)
  @Shown({ status: 'archived', publishedAt: EXAMPLE_TIME })
  archivePost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('archive', id, by, expected);
  }

  @Summary('Restore a post', 'Turns an archived post into a draft.')
  @Post(':id/restore')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.restored')
  @Returns(200, PostView, PostNotFound, PostNotArchived)
  @Shown({ publishedAt: EXAMPLE_TIME })
  restorePost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('restore', id, by, expected);
  }
}
