import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { whenClientLeaves } from '../platform/http/bodies/client-leaves.js';
import { NotStored, Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { addressKey } from '../platform/http/tiers/limits.js';
import { ChangesGone, TooManyWaiting } from './changes.errors.js';
import { ChangePage, ChangesQuery, EXAMPLE_CURSOR } from './changes.schemas.js';
import { ChangesService } from './changes.service.js';

@ApiTags('changes')
@Controller('changes')
export class ChangesController {
  constructor(private readonly changes: ChangesService) {}

  @Summary(
    'Follow changes',
    'Returns what has changed since the cursor in posts, comments, tags and accounts, as far as you can read them, in the order of the commits. Deleted and unpublished resources are included. First take a cursor, then read the lists, then follow the changes from this cursor: nothing is missed. Each response has another cursor, so that it has no ETag.',
  )
  @Get()
  @Public()
  @NotStored()
  @Returns(200, ChangePage, ChangesGone, TooManyWaiting)
  @Shown({ data: [{ type: 'post.deleted' }], meta: { nextCursor: EXAMPLE_CURSOR } }, ['data', 'reused'])
  async followChanges(
    @Query({ schema: ChangesQuery }) query: ChangesQuery,
    @CurrentUser() by: Principal | null,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    void reply.header('cache-control', 'no-store');
    const caller = by ? `user:${by.id}` : addressKey(reply.request.ip);
    const signal = whenClientLeaves(reply, new Error('The client has left.'));
    const begun = performance.now();
    try {
      return await this.changes.follow(query, { by, caller, signal });
    } finally {
      if (query.wait > 0) reply.waitedMs = performance.now() - begun;
    }
  }
}
