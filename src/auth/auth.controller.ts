import { Body, Controller, Post, Put, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Allow, Public } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { LimitedAs, LimitedByService } from '../platform/http/tiers/limited.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { canonicalEmail, EmailTaken, fullView, UsersService, UserView } from '../users/users.service.js';
import { USERS } from '../users/users.access.js';
import {
  AccountDisabled,
  InvalidRefreshToken,
  InvitationRequired,
  RefreshTokenReused,
  RegistrationClosed,
  WrongCredentials,
} from './auth.errors.js';
import { ChangePassword, Login, Logout, Refresh, Register, SUCCESSOR, TokensView } from './auth.schemas.js';
import { AuthService } from './auth.service.js';
import { LOGIN_ADDRESS, REFRESH_ADDRESS, REGISTER } from './auth.tiers.js';
import { LoginLimits } from './login-limits.js';
import { SessionsService, type Tokens } from './sessions.service.js';

const MOST_DEVICE_CHARACTERS = 200;

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly auth: AuthService,
    private readonly sessions: SessionsService,
    private readonly users: UsersService,
    private readonly limits: LoginLimits,
  ) {}

  @Summary('Register an account', 'Returns 403 if the setting REGISTRATION is `invite` or `closed`.')
  @Post('register')
  @Public({ ignoreCredentials: true })
  @LimitedAs(REGISTER)
  @Audited('user.created')
  @Returns(201, UserView, EmailTaken, RegistrationClosed, InvitationRequired)
  @Shown({ bio: null, avatarUrl: null, website: null })
  async registerUser(
    @Body({ schema: Register }) request: Register,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const account = await this.auth.register(request);
    setLocation(reply, `users/${account.id}`);
    return fullView(account);
  }

  @Summary(
    'Log in',
    'Creates a session and returns its tokens. If the account then has more than AUTH_MAX_SESSIONS sessions, the least recently used session ends.',
  )
  @Post('login')
  @Public({ ignoreCredentials: true })
  @LimitedByService(LOGIN_ADDRESS)
  @Audited('session.created', 'session.replaced')
  @Returns(200, TokensView, WrongCredentials, AccountDisabled)
  async loginUser(
    @Body({ schema: Login }) credentials: Login,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokensView> {
    const device = request.headers['user-agent']?.slice(0, MOST_DEVICE_CHARACTERS) ?? null;
    const tokens = await this.limits.login(request, reply, canonicalEmail(credentials.email), (admit) =>
      this.auth.login(credentials, device, admit),
    );
    return this.withUser(tokens);
  }

  @Summary(
    'Refresh a session',
    'Replaces the refresh token and returns a new access token. You can repeat the request with the same token for 30 seconds, for example after a lost response or from a second browser tab; it returns the same successor. After that, a replaced token ends the session.',
  )
  @Post('refresh')
  @Public({ ignoreCredentials: true })
  @LimitedByService(REFRESH_ADDRESS)
  @Audited('session.revoked')
  @Returns(200, TokensView, InvalidRefreshToken, RefreshTokenReused)
  @Shown({ refreshToken: SUCCESSOR })
  async refreshTokens(
    @Body({ schema: Refresh }) { refreshToken }: Refresh,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<TokensView> {
    return this.withUser(
      await this.limits.refresh(request, reply, (admit) => this.sessions.refresh(refreshToken, admit)),
    );
  }

  @Summary(
    'Log out',
    'Ends the session of the refresh token in the body and the session of the access token in `Authorization`. The request also succeeds if the session has already ended.',
  )
  @Post('logout')
  @Public({ ignoreCredentials: true })
  @Audited('session.ended')
  @Returns(204, null)
  async logoutUser(
    @Body({ schema: Logout.prefault({}) }) { refreshToken }: Logout,
    @Req() request: FastifyRequest,
  ): Promise<void> {
    if (refreshToken) await this.sessions.endByToken(refreshToken);
    const accessToken = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const principal = accessToken && (await this.sessions.findPrincipal(accessToken));
    if (principal) await this.sessions.end(principal.sessionId);
  }

  @Summary('Change the password', 'Ends all other sessions of the account.')
  @Put('password')
  @Allow(USERS.own)
  @LimitedByService(LOGIN_ADDRESS)
  @Audited('user.password_changed')
  @Returns(204, null, WrongCredentials)
  async changePassword(
    @Body({ schema: ChangePassword }) change: ChangePassword,
    @CurrentUser() user: Principal,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<void> {
    await this.limits.login(request, reply, user.id, (admit) =>
      this.auth.changePassword(change, user, admit),
    );
  }

  private async withUser({ userId, sessionId: _sessionId, ...tokens }: Tokens): Promise<TokensView> {
    return { ...tokens, user: fullView(await this.users.get(userId)) };
  }
}
