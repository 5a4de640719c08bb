import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, Public } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { pickFields } from '../platform/lists/pick.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { Id } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { FollowsService } from './follows.service.js';
import { USERS } from './users.access.js';
import { fullProfile, publicProfile } from './user.view.js';
import { LastAdmin, UserNotFound } from './users.errors.js';
import { ListUsersQuery, ProfileView, UpdateMe, UpdateUser, UserPage } from './users.schemas.js';
import { type Account, UsersService } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly follows: FollowsService,
    replays: Replays,
  ) {
    replays.add<ProfileView>('user', { idOf: ({ id }) => id, get: (id, by) => this.getUser(id, by) });
  }

  @Summary('Get your account')
  @Get('me')
  @Allow(USERS.own)
  @Returns(200, ProfileView)
  @Shown({}, ['followed'])
  async getMe(@CurrentUser() user: Principal) {
    return this.full(await this.users.get(user.id), user);
  }

  @Summary(
    'Update your profile',
    'Fields that you omit keep their value; null clears a field that can be empty.',
  )
  @Patch('me')
  @Allow(USERS.own)
  @Replayable('user')
  @Conditional()
  @Audited('user.updated')
  @Returns(200, ProfileView)
  @Shown({}, ['followed'])
  async updateMe(
    @Body({ schema: UpdateMe }) changes: UpdateMe,
    @CurrentUser() user: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.full(await this.users.update(user.id, changes, expected, user), user);
  }

  @Summary('List accounts')
  @Get()
  @Allow(USERS.manage)
  @Returns(200, UserPage)
  async listUsers(@Query({ schema: ListUsersQuery }) query: ListUsersQuery) {
    return pickFields(await this.users.list(query), query.fields);
  }

  @Summary('Get a profile', 'Returns the public profile. The account itself and admins receive all fields.')
  @Get(':id')
  @Public()
  @Returns(200, ProfileView, UserNotFound)
  @Shown({}, ['followed', 'email', 'emailVerified', 'role', 'active', 'updatedAt', 'version'])
  async getUser(@Param('id', { schema: Id }) id: Id, @CurrentUser() by: Principal | null) {
    const account = await this.users.getVisible(id, by);
    if (by?.role === 'admin' || by?.id === id) return this.full(account, by);
    return publicProfile(account, await this.follows.facts(id, by));
  }

  @Summary(
    'Update a profile or a role',
    'Fields that you omit keep their value; null clears a field that can be empty. A new role takes effect at the next request of the account.',
  )
  @Patch(':id')
  @Allow(USERS.manage)
  @Replayable('user')
  @Conditional()
  @Audited('user.updated', 'user.role_changed')
  @Returns(200, ProfileView, UserNotFound, LastAdmin)
  async updateUser(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: UpdateUser }) changes: UpdateUser,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.full(await this.users.update(id, changes, expected, by), by);
  }

  @Summary(
    'Disable an account',
    'Ends all sessions of the account immediately. A disabled account cannot log in, and its scheduled posts are not published before it is enabled.',
  )
  @Post(':id/disable')
  @Allow(USERS.manage)
  @Replayable('user')
  @Conditional()
  @Audited('user.disabled')
  @Returns(200, ProfileView, UserNotFound, LastAdmin)
  @Shown({ active: false })
  async disableUser(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.full(await this.users.setActive(id, false, expected, by), by);
  }

  @Summary('Enable an account', 'Allows the account to log in again. Sessions that ended are not restored.')
  @Post(':id/enable')
  @Allow(USERS.manage)
  @Replayable('user')
  @Conditional()
  @Audited('user.enabled')
  @Returns(200, ProfileView, UserNotFound)
  async enableUser(
    @Param('id', { schema: Id }) id: Id,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return this.full(await this.users.setActive(id, true, expected, by), by);
  }

  private async full(account: Account, by: Principal): Promise<ProfileView> {
    return fullProfile(account, await this.follows.facts(account.id, by));
  }
}
