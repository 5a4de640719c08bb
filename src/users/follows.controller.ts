import { Controller, Delete, Get, Param, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, Public } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { NotAudited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { pickFields } from '../platform/lists/pick.js';
import { Id } from '../platform/schemas/schemas.js';
import { SelfFollow } from './follows.errors.js';
import { FollowPage, ListFollowsQuery } from './follows.schemas.js';
import { FollowsService } from './follows.service.js';
import { USERS } from './users.access.js';
import { UserNotFound } from './users.errors.js';

const KEPT = 'A follow contains both accounts and its time, and changes nothing that belongs to others.';

@ApiTags('users')
@Controller('users/:id')
export class FollowsController {
  constructor(private readonly follows: FollowsService) {}

  @Summary(
    'Follow an account',
    'You receive a notification when the account publishes a post for the first time. If you follow the account already, nothing changes.',
  )
  @Put('follow')
  @Allow(USERS.follow)
  @Replayable()
  @NotAudited(KEPT)
  @Returns(204, null, UserNotFound, SelfFollow)
  followUser(@Param('id', { schema: Id }) id: Id, @CurrentUser() by: Principal) {
    return this.follows.follow(id, by);
  }

  @Summary('Unfollow an account', 'If you do not follow the account, nothing changes.')
  @Delete('follow')
  @Allow(USERS.follow)
  @Replayable()
  @NotAudited(KEPT)
  @Returns(204, null, UserNotFound)
  unfollowUser(@Param('id', { schema: Id }) id: Id, @CurrentUser() by: Principal) {
    return this.follows.unfollow(id, by);
  }

  @Summary('List the followers of an account', 'Returns active accounts, the latest follower first.')
  @Get('followers')
  @Public()
  @Returns(200, FollowPage, UserNotFound)
  async listFollowers(
    @Param('id', { schema: Id }) id: Id,
    @Query({ schema: ListFollowsQuery }) query: ListFollowsQuery,
    @CurrentUser() by: Principal | null,
  ) {
    return pickFields(await this.follows.list(id, 'followers', query, by), query.fields);
  }

  @Summary('List the accounts that an account follows', 'Returns active accounts, the latest one first.')
  @Get('following')
  @Public()
  @Returns(200, FollowPage, UserNotFound)
  async listFollowing(
    @Param('id', { schema: Id }) id: Id,
    @Query({ schema: ListFollowsQuery }) query: ListFollowsQuery,
    @CurrentUser() by: Principal | null,
  ) {
    return pickFields(await this.follows.list(id, 'following', query, by), query.fields);
  }
}
