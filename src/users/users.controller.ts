import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow, Public } from '../platform/http/access/access.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { pickFields } from '../platform/lists/pick.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Id } from '../platform/schemas/schemas.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
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
  @Allow('account.own')
  @Returns(200, UserView)
  async getMe(@CurrentUser() user: Principal) {
    return fullView(await this.users.get(user.id));
  }

  @Summary('Update your profile', 'A field that is absent is kept; null clears it.')
  @Patch('me')
  @Allow('account.own')
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
  @Allow('users.manage')
  @Returns(200, UserPage)
  async listUsers(@Query({ schema: ListUsersQuery }) query: ListUsersQuery) {
    return pickFields(await this.users.list(query), query.fields);
  }

  @Summary('Get a profile', 'Returns the public part, and all of it to the account itself and to admins.')
  @Get(':id')
  @Public()
  @Returns(200, UserView, UserNotFound)
  async getUser(@Param('id', { schema: Id }) id: Id, @CurrentUser() by: Principal | null) {
    const account = await this.users.getVisible(id, by);
    return by?.role === 'admin' || by?.id === id ? fullView(account) : publicView(account);
  }

  @Summary(
    'Update a profile or a role',
    'A field that is absent is kept; null clears it. A role takes effect at the next request.',
  )
  @Patch(':id')
  @Allow('users.manage')
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

  @Summary('Disable an account', 'Its sessions end at once, and it cannot log in.')
  @Post(':id/disable')
  @Allow('users.manage')
  @Replayable('user')
  @Conditional()
  @Returns(200, UserView, UserNotFound, LastAdmin)
  async disableUser(@Param('id', { schema: Id }) id: Id, @IfMatch() expected: Precondition) {
    return fullView(await this.users.setActive(id, false, expected));
  }

  @Summary('Enable an account', 'Sessions that ended stay ended.')
  @Post(':id/enable')
  @Allow('users.manage')
  @Replayable('user')
  @Conditional()
  @Returns(200, UserView, UserNotFound)
  async enableUser(@Param('id', { schema: Id }) id: Id, @IfMatch() expected: Precondition) {
    return fullView(await this.users.setActive(id, true, expected));
  }
}
