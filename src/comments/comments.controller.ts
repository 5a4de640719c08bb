import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { BodyTooComplex } from '../platform/content/body-too-complex.js';
import { Allow, Public } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { pickFields } from '../platform/lists/pick.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited, NotAudited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { Id, PathKey } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { PostNotFound, PostNotPublished } from '../posts/posts.service.js';
import { COMMENTS } from './comments.access.js';
import { CommentDeleted, CommentNotFound, CommentsClosed } from './comments.errors.js';
import {
  CommentPage,
  CommentView,
  CreateComment,
  ListCommentsQuery,
  ModerateComment,
  UpdateComment,
} from './comments.schemas.js';
import { CommentsService } from './comments.service.js';

@ApiTags('comments')
@Controller()
export class CommentsController {
  constructor(
    private readonly comments: CommentsService,
    replays: Replays,
  ) {
    replays.add<CommentView>('comment', { idOf: ({ id }) => id, get: (id, by) => this.getComment(id, by) });
  }

  @Summary(
    'List the comments of a post',
    'Returns a flat list; use `parentId` to build the threads. If you may not read a comment that has a visible reply at ' +
      'any depth, the list contains a placeholder for it: `status` is `deleted` and `author` is null. The list omits ' +
      'comments that you may not read and that have no visible reply.',
  )
  @Get('posts/:id/comments')
  @Public()
  @Returns(200, CommentPage, PostNotFound)
  async listComments(
    @Param('id', { schema: PathKey }) id: string,
    @Query({ schema: ListCommentsQuery }) query: ListCommentsQuery,
    @CurrentUser() by: Principal | null,
  ) {
    return pickFields(await this.comments.list(id, query, by), query.fields);
  }

  @Summary(
    'Create a comment',
    'Depending on the setting COMMENT_MODERATION, the comment is `visible` at once or is `pending` until a moderator approves it.',
  )
  @Post('posts/:id/comments')
  @Allow(COMMENTS.create)
  @Replayable('comment')
  @NotAudited('A comment contains its author and the time of its creation.')
  @Returns(201, CommentView, BodyTooComplex, PostNotFound, CommentNotFound, PostNotPublished, CommentsClosed)
  async createComment(
    @Param('id', { schema: PathKey }) id: string,
    @Body({ schema: CreateComment }) request: CreateComment,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const comment = await this.comments.create(id, request, by);
    setLocation(reply, `comments/${comment.id}`);
    return comment;
  }

  @Summary('Get a comment')
  @Get('comments/:id')
  @Public()
  @Returns(200, CommentView, CommentNotFound)
  getComment(@Param('id', { schema: Id }) id: Id, @CurrentUser() by: Principal | null) {
    return this.comments.get(id, by);
  }

  @Summary(
    'Update a comment',
    'Depending on the setting COMMENT_MODERATION, the edited comment is `pending` until a moderator approves it.',
  )
  @Patch('comments/:id')
  @Allow(COMMENTS.edit)
  @Replayable('comment')
  @Conditional()
  @Audited('comment.updated')
  @Returns(200, CommentView, BodyTooComplex, CommentNotFound, CommentDeleted)
  @Shown({ html: '<p>Very well <em>said</em>.</p>\n' })
  updateComment(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: UpdateComment }) changes: UpdateComment,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.comments.update(id, changes, by, expected);
  }

  @Summary(
    'Delete a comment',
    'If the comment has replies, a placeholder remains in the thread. All readers see the placeholder while the thread has a visible comment below it.',
  )
  @Delete('comments/:id')
  @Allow(COMMENTS.edit)
  @Replayable()
  @Conditional()
  @Audited('comment.deleted')
  @Returns(204, null, CommentNotFound)
  deleteComment(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.comments.delete(id, by, expected);
  }

  @Summary(
    'Moderate a comment',
    'Changes the status of this comment only, not of its replies. If the comment is not visible but has a visible reply, ' +
      'readers see a placeholder in the thread: a comment with the status `deleted`, an empty body and no author.',
  )
  @Post('comments/:id/moderate')
  @Allow(COMMENTS.moderate)
  @Replayable('comment')
  @Conditional()
  @Audited('comment.moderated')
  @Returns(200, CommentView, CommentNotFound, CommentDeleted)
  moderateComment(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: ModerateComment }) { status }: ModerateComment,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.comments.moderate(id, status, by, expected);
  }
}
