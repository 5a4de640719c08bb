import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { BodyTooComplex } from '../../platform/content/body-too-complex.js';
import { Allow } from '../../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../../platform/http/answers/conditions.js';
import { CurrentUser, type Principal } from '../../platform/http/access/principal.js';
import { Audited } from '../../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../../platform/http/contract/returns.decorator.js';
import { Shown } from '../../platform/http/contract/shown.decorator.js';
import { Replayable } from '../../platform/idempotency/replayable.decorator.js';
import { pickFields } from '../../platform/lists/pick.js';
import { EXAMPLE_TIME, Id } from '../../platform/schemas/schemas.js';
import { PostEditsService } from '../post-edits.service.js';
import { PrivatelyQuery } from '../post-requests.schemas.js';
import { PostStatesService } from '../post-states.service.js';
import { PostView } from '../post-view.schemas.js';
import { POSTS } from '../posts.access.js';
import { PageCycle, PageHasChildren, PostNotFound, SlugTaken } from '../posts.errors.js';
import { NoPendingRevision, RevisionNotFound } from './revisions.errors.js';
import {
  DiffQuery,
  ListRevisionsQuery,
  RestoreRevision,
  RevisionDiffView,
  RevisionKey,
  RevisionPage,
  RevisionView,
} from './revisions.schemas.js';
import { RevisionsService } from './revisions.service.js';

@ApiTags('posts')
@Controller('posts')
export class RevisionsController {
  constructor(
    private readonly revisions: RevisionsService,
    private readonly edits: PostEditsService,
    private readonly states: PostStatesService,
  ) {}

  @Summary(
    'List the revisions of a post',
    'Returns a revision for each edit, the newest first. The server deletes revisions some time after others have replaced them, but never the current and the pending one. The history of an imported post begins with the content that it has before its first edit.',
  )
  @Get(':id/revisions')
  @Allow(POSTS.edit)
  @Returns(200, RevisionPage, PostNotFound)
  async listRevisions(
    @Param('id', { schema: Id }) id: Id,
    @Query({ schema: ListRevisionsQuery }) query: ListRevisionsQuery,
    @CurrentUser() by: Principal,
  ) {
    return pickFields(await this.revisions.list(id, query, by), query.fields, 'number');
  }

  @Summary('Get a revision of a post')
  @Get(':id/revisions/:number')
  @Allow(POSTS.edit)
  @Returns(200, RevisionView, PostNotFound, RevisionNotFound)
  getRevision(
    @Param('id', { schema: Id }) id: Id,
    @Param('number', { schema: RevisionKey }) number: number,
    @CurrentUser() by: Principal,
  ) {
    return this.revisions.get(id, number, by);
  }

  @Summary(
    'Compare two revisions of a post',
    'Returns the fields that differ, and the difference of the bodies as a unified diff. If the bodies differ in more than 4,000 lines, or have more than 100,000 lines or 4,000,000 characters in total, the diff replaces all lines.',
  )
  @Get(':id/revisions/:number/diff')
  @Allow(POSTS.edit)
  @Returns(200, RevisionDiffView, PostNotFound, RevisionNotFound)
  diffRevision(
    @Param('id', { schema: Id }) id: Id,
    @Param('number', { schema: RevisionKey }) number: number,
    @Query({ schema: DiffQuery }) { against }: DiffQuery,
    @CurrentUser() by: Principal,
  ) {
    return this.revisions.diff(id, number, against, by);
  }

  @Summary(
    'Restore a revision of a post',
    'Gives the post the content of the revision, as a new version and a new revision. If another post has the slug by now, or the parent page is gone, name the `fields` to restore. With `draft=true`, the restored content of a published post stays private until you publish it.',
  )
  @Post(':id/revisions/:number/restore')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.updated', 'post.drafted', 'post.discarded')
  @Returns(
    200,
    PostView,
    BodyTooComplex,
    PostNotFound,
    RevisionNotFound,
    SlugTaken,
    PageCycle,
    PageHasChildren,
  )
  restoreRevision(
    @Param('id', { schema: Id }) id: Id,
    @Param('number', { schema: RevisionKey }) number: number,
    @Query({ schema: PrivatelyQuery }) { draft }: PrivatelyQuery,
    @Body({ schema: RestoreRevision.prefault({}) }) request: RestoreRevision,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.edits.restore(id, number, request, by, expected, draft);
  }

  @Summary(
    'Discard the private edit of a post',
    'Ends the pending revision without publishing it. It remains in the history as a past revision, so you can restore it.',
  )
  @Post(':id/discard')
  @Allow(POSTS.edit)
  @Replayable('post')
  @Conditional()
  @Audited('post.discarded')
  @Returns(200, PostView, PostNotFound, NoPendingRevision)
  @Shown({ status: 'published', publishedAt: EXAMPLE_TIME })
  discardPost(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.states.discard(id, by, expected);
  }
}
