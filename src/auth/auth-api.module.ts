import { Module } from '@nestjs/common';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthModule } from './auth.module.js';

@Module({ imports: [AuthModule, UsersModule], controllers: [AuthController] })
export class AuthApiModule {}
