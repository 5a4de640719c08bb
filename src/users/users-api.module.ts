import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { IdempotencyModule } from '../platform/idempotency/idempotency.module.js';
import { FollowsController } from './follows.controller.js';
import { UsersController } from './users.controller.js';
import { UsersModule } from './users.module.js';

@ApiSection('users', 'Endpoints to read and update profiles, and to manage accounts as an administrator.')
@Module({ imports: [IdempotencyModule, UsersModule], controllers: [UsersController, FollowsController] })
export class UsersApiModule {}
