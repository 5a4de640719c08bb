import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { Callers } from '../platform/http/access/callers.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokens } from './access-tokens.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import './login-failure.entity.js';
import { LoginFailuresPurge } from './login-failures-purge.js';
import { LoginFailuresRepository } from './login-failures.repository.js';
import { LoginLimits } from './login-limits.js';
import { Passwords } from './passwords.js';
import './refresh-token.entity.js';
import './session.entity.js';
import { SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

@Module({
  imports: [JwtModule, UsersModule],
  controllers: [AuthController],
  providers: [
    AccessTokens,
    AuthService,
    LoginFailuresPurge,
    LoginFailuresRepository,
    LoginLimits,
    Passwords,
    SessionsRepository,
    SessionsService,
  ],
  exports: [AuthService, Passwords],
})
export class AuthModule {
  constructor(callers: Callers, sessions: SessionsService) {
    callers.identifyBy((accessToken) => sessions.findPrincipal(accessToken));
  }
}
