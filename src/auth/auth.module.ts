import { Module } from '@nestjs/common';
import { JwtModule } from '@nestjs/jwt';
import { AuditLogModule } from '../platform/audit/audit-log.module.js';
import { AccessModule } from '../platform/http/access/access.module.js';
import { DatabaseModule } from '../platform/database/database.module.js';
import { TiersModule } from '../platform/http/tiers/tiers.module.js';
import { AdvisoryLocks } from '../platform/database/advisory-locks.js';
import { Callers } from '../platform/http/access/callers.js';
import { Periodic } from '../platform/periodic/periodic.js';
import { PeriodicModule } from '../platform/periodic/periodic.module.js';
import { purging } from '../platform/periodic/purging.js';
import { UsersModule } from '../users/users.module.js';
import { AccessTokens } from './access-tokens.js';
import { AUTH_METRICS } from './auth.metrics.js';
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
  imports: [
    AccessModule,
    AuditLogModule,
    DatabaseModule,
    TiersModule,
    JwtModule,
    PeriodicModule,
    UsersModule,
  ],
  providers: [
    ...AUTH_METRICS,
    AccessTokens,
    AuthService,
    LoginFailuresPurge,
    LoginFailuresRepository,
    LoginLimits,
    Passwords,
    SessionsRepository,
    SessionsService,
  ],
  exports: [AuthService, LoginLimits, Passwords, SessionsService],
})
export class AuthModule {
  constructor(
    callers: Callers,
    sessions: SessionsService,
    periodic: Periodic,
    lock: AdvisoryLocks,
    failures: LoginFailuresPurge,
  ) {
    callers.identifyBy((accessToken) => sessions.findPrincipal(accessToken));
    periodic.add({
      name: 'login-failures-purge',
      roles: ['worker'],
      everyMs: 60_000,
      lock,
      run: purging(() => failures.purge()),
    });
  }
}
