import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { EXAMPLE_TIME, Id } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { EXAMPLE_SCHEDULE, SchedulePost } from './post-requests.schemas.js';
import { PostStatesService } from './post-states.service.js';
import { PostView } from './post-view.schemas.js';
import { POSTS } from './posts.access.js';
import { PendingRevisionOutdated } from './revisions/revisions.errors.js';
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

@ApiTags('posts')
@Controller('posts')
export class PostActionsController {
  constructor(private readonly states: PostStatesService) {}

  @Summary(
    'Publish a post',
    'Publishes a draft or a scheduled post, and the private edit of a post if it has one. Returns 409 if the post is already published and has no private edit. If the post already has the values of its private edit, that ends without a new version.',
  )
  @Post(':id/publish')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.published', 'post.updated', 'post.discarded')
  @Returns(
    200,
    PostView,
    ...[PostNotFound, PostAlreadyPublished, PostArchived, SlugTaken],
    ...[PendingRevisionOutdated, PageCycle, PageHasChildren],
  )
  @Shown({ status: 'published', publishedAt: EXAMPLE_TIME })
  publishPost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.states.act('publish', id, by, expected);
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
    return this.states.act('unpublish', id, by, expected);
  }

  @Summary(
    'Schedule a post',
    'Publishes a draft at a time in the future, and then sets `publishedAt` to that time, or keeps the time of the first publication. Scheduling a scheduled post moves it to another time, and its present time changes nothing. The private edit of the post becomes a part of it. To cancel, unpublish the post. While the account of the author is disabled, the post waits.',
  )
  @Post(':id/schedule')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.scheduled', 'post.discarded')
  @Returns(
    200,
    PostView,
    ...[PostNotFound, PostAlreadyPublished, PostArchived, SlugTaken],
    ...[PendingRevisionOutdated, PageCycle, PageHasChildren],
  )
  @Shown({ status: 'scheduled', scheduledAt: EXAMPLE_SCHEDULE })
  schedulePost(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: SchedulePost }) { at }: SchedulePost,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.states.schedule(id, at, by, expected);
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
    return this.states.act('archive', id, by, expected);
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
    return this.states.act('restore', id, by, expected);
  }
}
