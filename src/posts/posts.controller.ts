import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BodyTooComplex } from '../platform/content/body-too-complex.js';
import { Busy, DatabaseUnavailable, ReadTimedOut, SearchTimedOut } from '../platform/errors/problems.js';
import { Allow } from '../platform/http/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/conditions.js';
import { CurrentUser, type Principal } from '../platform/http/principal.js';
import { AnsweredToAll } from '../platform/http/public-reads.js';
import { Returns, Summary } from '../platform/http/returns.decorator.js';
import { Id, PathKey } from '../platform/http/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import {
  PostAlreadyPublished,
  PostArchived,
  PostNotArchived,
  PostNotFound,
  PostNotPublished,
  SlugTaken,
} from './posts.errors.js';
import { CreatePost, ListPostsQuery, PostPage, PostView, UpdatePost } from './posts.schemas.js';
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
    'Returns published posts. `filter[status]` also returns what is not public: to authors their own posts, to editors all.',
  )
  @Get()
  @AnsweredToAll('listPosts')
  @Returns(200, PostPage, SearchTimedOut, ReadTimedOut, Busy, DatabaseUnavailable)
  listPosts(@Query({ schema: ListPostsQuery }) query: ListPostsQuery, @CurrentUser() by: Principal | null) {
    return this.posts.list(query, by);
  }

  @Summary(
    'Create a post',
    'The post is a draft. Tags are given by name, and unknown ones are created. A slug made from the title gets a suffix if it is taken.',
  )
  @Post()
  @Allow('posts.create')
  @Replayable('post')
  @Returns(201, PostView, BodyTooComplex, PostNotFound, SlugTaken)
  async createPost(
    @Body({ schema: CreatePost }) request: CreatePost,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const post = await this.posts.create(request, by);
    void reply.header('location', `/api/v1/posts/${post.id}`);
    return post;
  }

  @Summary('Get a post by id or slug')
  @Get(':idOrSlug')
  @AnsweredToAll('getPost')
  @Returns(200, PostView, PostNotFound)
  getPost(@Param('idOrSlug', { schema: PathKey }) idOrSlug: string, @CurrentUser() by: Principal | null) {
    return this.posts.get(idOrSlug, by);
  }

  @Summary(
    'Update a post',
    'A merge patch (RFC 7396): a field that is absent is kept, null clears it, arrays are replaced.',
  )
  @Patch(':idOrSlug')
  @Allow('posts.edit')
  @Replayable('post')
  @Conditional()
  @Returns(200, PostView, BodyTooComplex, PostNotFound, SlugTaken)
  updatePost(
    @Param('idOrSlug', { schema: PathKey }) idOrSlug: string,
    @Body({ schema: UpdatePost }) changes: UpdatePost,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.update(idOrSlug, changes, by, expected);
  }

  @Summary('Delete a post and its comments', 'This is final. To hide a post for a while, archive it.')
  @Delete(':idOrSlug')
  @Allow('posts.edit')
  @Replayable()
  @Conditional()
  @Returns(204, null, PostNotFound)
  deletePost(
    @Param('idOrSlug', { schema: PathKey }) idOrSlug: string,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.delete(idOrSlug, by, expected);
  }

  @Summary('Publish a post', 'Publishing twice is a conflict.')
  @Post(':id/publish')
  @Allow('posts.edit')
  @Replayable('post')
  @Conditional()
  @Returns(200, PostView, PostNotFound, PostAlreadyPublished, PostArchived)
  publishPost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('publish', id, by, expected);
  }

  @Summary('Unpublish a post', 'It becomes a draft. `publishedAt` keeps the time of its first publication.')
  @Post(':id/unpublish')
  @Allow('posts.edit')
  @Replayable('post')
  @Conditional()
  @Returns(200, PostView, PostNotFound, PostNotPublished)
  unpublishPost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('unpublish', id, by, expected);
  }

  @Summary('Archive a post', 'It is hidden from everyone but its author and editors.')
  @Post(':id/archive')
  @Allow('posts.edit')
  @Replayable('post')
  @Conditional()
  @Returns(200, PostView, PostNotFound, PostArchived)
  archivePost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('archive', id, by, expected);
  }

  @Summary('Restore a post', 'An archived post becomes a draft.')
  @Post(':id/restore')
  @Allow('posts.edit')
  @Replayable('post')
  @Conditional()
  @Returns(200, PostView, PostNotFound, PostNotArchived)
  restorePost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.posts.act('restore', id, by, expected);
  }
}
