import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, Public } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { pickFields } from '../platform/lists/pick.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { Busy, DatabaseUnavailable, ReadTimedOut } from '../platform/errors/server-problems.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { TAGS } from './tags.access.js';
import { TagNameTaken, TagNotFound } from './tags.errors.js';
import { CreateTag, ListTagsQuery, TagKey, TagPage, TagView, UpdateTag } from './tags.schemas.js';
import { TagsService } from './tags.service.js';

@ApiTags('tags')
@Controller('tags')
export class TagsController {
  constructor(
    private readonly tags: TagsService,
    replays: Replays,
  ) {
    replays.add<TagView>('tag', { idOf: ({ slug }) => slug, get: (slug, by) => this.getTag(slug, by) });
  }

  @Summary('List tags', 'Returns each tag with the number of its published posts.')
  @Get()
  @Public()
  @Returns(200, TagPage, ReadTimedOut, Busy, DatabaseUnavailable)
  async listTags(
    @Query({ schema: ListTagsQuery }) query: ListTagsQuery,
    @CurrentUser() by: Principal | null,
  ) {
    return pickFields(await this.tags.list(query, by), query.fields, 'slug');
  }

  @Summary('Create a tag', 'You can also name new tags in a post; the server creates them with the post.')
  @Post()
  @Allow(TAGS.edit)
  @Replayable('tag')
  @Audited('tag.created')
  @Returns(201, TagView, TagNotFound, TagNameTaken)
  @Shown({ slug: 'essays', postCount: 0 })
  async createTag(
    @Body({ schema: CreateTag }) request: CreateTag,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const tag = await this.tags.create(request, by);
    setLocation(reply, `tags/${tag.slug}`);
    return tag;
  }

  @Summary('Get a tag')
  @Get(':slug')
  @Public()
  @Returns(200, TagView, TagNotFound, ReadTimedOut, Busy, DatabaseUnavailable)
  getTag(@Param('slug', { schema: TagKey }) slug: string, @CurrentUser() by: Principal | null) {
    return this.tags.get(slug, by);
  }

  @Summary(
    'Update a tag',
    'Updates the name or the description. The slug does not change, so links continue to work.',
  )
  @Patch(':slug')
  @Allow(TAGS.edit)
  @Replayable('tag')
  @Conditional()
  @Audited('tag.updated')
  @Returns(200, TagView, TagNotFound, TagNameTaken)
  updateTag(
    @Param('slug', { schema: TagKey }) slug: string,
    @Body({ schema: UpdateTag }) changes: UpdateTag,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.tags.update(slug, changes, by, expected);
  }

  @Summary('Delete a tag', 'Deletes the tag and removes it from all posts.')
  @Delete(':slug')
  @Allow(TAGS.edit)
  @Replayable()
  @Conditional()
  @Audited('tag.deleted')
  @Returns(204, null, TagNotFound)
  deleteTag(
    @Param('slug', { schema: TagKey }) slug: string,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.tags.delete(slug, by, expected);
  }
}
