import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { TAGS } from '../tags/tags.access.js';
import { TagKey, TagNotFound, TagView } from '../tags/tags.service.js';
import { TagMergedWithItself } from './tag-merges.errors.js';
import { MergeTag } from './tag-merges.schemas.js';
import { TagMergesService } from './tag-merges.service.js';

@ApiTags('tags')
@Controller('tags')
export class TagMergesController {
  constructor(private readonly merges: TagMergesService) {}

  @Summary(
    'Merge a tag into another',
    'Replaces the tag with the other tag in all posts, deletes it, and returns the other tag.',
  )
  @Post(':slug/merge')
  @Allow(TAGS.edit)
  @Replayable('tag')
  @Conditional()
  @Audited('tag.merged')
  @Returns(200, TagView, TagNotFound, TagMergedWithItself)
  @Shown({ slug: 'databases', name: 'Databases', description: null })
  mergeTag(
    @Param('slug', { schema: TagKey }) slug: string,
    @Body({ schema: MergeTag }) { into }: MergeTag,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.merges.merge(slug, into, by, expected);
  }
}
