import { Module } from '@nestjs/common';
import { ApiSection } from '../platform/http/contract/api-description.js';
import { UsersModule } from '../users/users.module.js';
import { AuthController } from './auth.controller.js';
import { AuthModule } from './auth.module.js';

@ApiSection('auth', 'Endpoints to register, log in and out, refresh a session, and change the password.')
@Module({ imports: [AuthModule, UsersModule], controllers: [AuthController] })
export class AuthApiModule {}
