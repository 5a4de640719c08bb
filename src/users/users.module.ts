import { Module } from '@nestjs/common';
import { CacheModule } from '../platform/cache/cache.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { ListsModule } from '../platform/lists/lists.module.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import './user.entity.js';

@Module({
  imports: [CacheModule, DatabaseModule, ListsModule],
  providers: [UsersService, UsersRepository],
  exports: [UsersService],
})
export class UsersModule {}
