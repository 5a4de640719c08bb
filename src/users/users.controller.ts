import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, Public } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { pickFields } from '../platform/lists/pick.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { Id } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { USERS } from './users.access.js';
import { fullView, publicView } from './user.view.js';
import { LastAdmin, UserNotFound } from './users.errors.js';
import { ListUsersQuery, UpdateMe, UpdateUser, UserPage, UserView } from './users.schemas.js';
import { UsersService } from './users.service.js';

@ApiTags('users')
@Controller('users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    replays: Replays,
  ) {
    replays.add<UserView>('user', { idOf: ({ id }) => id, get: (id, by) => this.getUser(id, by) });
  }

  @Summary('Get your account')
  @Get('me')
  @Allow(USERS.own)
  @Returns(200, UserView)
  async getMe(@CurrentUser() user: Principal) {
    return fullView(await this.users.get(user.id));
  }

  @Summary(
    'Update your profile',
    'Fields that you omit keep their value; null clears a field that can be empty.',
  )
  @Patch('me')
  @Allow(USERS.own)
  @Replayable('user')
  @Conditional()
  @Returns(200, UserView)
  async updateMe(
    @Body({ schema: UpdateMe }) changes: UpdateMe,
    @CurrentUser() user: Principal,
    @IfMatch() expected: Precondition,
  ) {
    return fullView(await this.users.update(user.id, changes, expected));
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
  @Returns(200, UserView, UserNotFound)
  @Shown({}, ['email', 'emailVerified', 'role', 'active', 'updatedAt', 'version'])
  async getUser(@Param('id', { schema: Id }) id: Id, @CurrentUser() by: Principal | null) {
    const account = await this.users.getVisible(id, by);
    return by?.role === 'admin' || by?.id === id ? fullView(account) : publicView(account);
  }

  @Summary(
    'Update a profile or a role',
    'Fields that you omit keep their value; null clears a field that can be empty. A new role takes effect at the next request of the account.',
  )
  @Patch(':id')
  @Allow(USERS.manage)
  @Replayable('user')
  @Conditional()
  @Returns(200, UserView, UserNotFound, LastAdmin)
  async updateUser(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: UpdateUser }) changes: UpdateUser,
    @IfMatch() expected: Precondition,
  ) {
    return fullView(await this.users.update(id, changes, expected));
  }

  @Summary(
    'Disable an account',
    'Ends all sessions of the account immediately. A disabled account cannot log in.',
  )
  @Post(':id/disable')
  @Allow(USERS.manage)
  @Replayable('user')
  @Conditional()
  @Returns(200, UserView, UserNotFound, LastAdmin)
  @Shown({ active: false })
  async disableUser(@Param('id', { schema: Id }) id: Id, @IfMatch() expected: Precondition) {
    return fullView(await this.users.setActive(id, false, expected));
  }

  @Summary('Enable an account', 'Allows the account to log in again. Sessions that ended are not restored.')
  @Post(':id/enable')
  @Allow(USERS.manage)
  @Replayable('user')
  @Conditional()
  @Returns(200, UserView, UserNotFound)
  async enableUser(@Param('id', { schema: Id }) id: Id, @IfMatch() expected: Precondition) {
    return fullView(await this.users.setActive(id, true, expected));
  }
}
