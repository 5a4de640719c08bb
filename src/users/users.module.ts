import { Module } from '@nestjs/common';
import { CanonicalEmails } from './canonical-emails.js';
import { UsersController } from './users.controller.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';
import './user.entity.js';

@Module({
  controllers: [UsersController],
  providers: [UsersService, UsersRepository, CanonicalEmails],
  exports: [UsersService],
})
export class UsersModule {}
