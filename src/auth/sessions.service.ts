import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { secretsSettings } from '../platform/secrets/secrets.settings.js';
import { authSettings } from './auth.settings.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { AccessTokens } from './access-tokens.js';
import {
  type OwnedSession,
  passwordChanged,
  sessionCreated,
  sessionEnded,
  sessionReplaced,
  sessionRevoked,
} from './auth.audit.js';
import { InvalidRefreshToken, RefreshTokenReused } from './auth.errors.js';
import { UsersService } from '../users/users.service.js';
import { hashOf, newRefreshToken, successorOf } from './refresh-tokens.js';
import { type PresentedToken, SessionsRepository } from './sessions.repository.js';

/** The result of a login or a refresh. */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  tokenType: 'Bearer';
  /** The lifetime of the access token in seconds. */
  expiresIn: number;
  userId: Id;
  sessionId: Id;
}

/** A session is a family of refresh tokens, of which only the newest is valid. */
@Injectable()
export class SessionsService {
  constructor(
    private readonly sessions: SessionsRepository,
    private readonly users: UsersService,
    private readonly accessTokens: AccessTokens,
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    @Inject(secretsSettings.KEY) private readonly secrets: ConfigType<typeof secretsSettings>,
    private readonly audit: AuditLog,
  ) {}

  /**
   * Creates a session. If the account then has more than AUTH_MAX_SESSIONS, the least recently used one ends.
   * @throws the errors of `confirm`, which runs first in the transaction
   */
  async begin(userId: Id, context: string | null, confirm?: () => Promise<void>): Promise<Tokens> {
    const refreshToken = newRefreshToken();
    const session = { id: uuidv7(), userId, context, tokenHash: hashOf(refreshToken) };
    await this.sessions.transaction(async () => {
      await confirm?.();
      await this.users.hold(userId);
      const replaced = await this.sessions.endAllBut(this.config.AUTH_MAX_SESSIONS - 1, userId);
      await this.sessions.insert(session);
      for (const id of replaced) await this.audit.record(sessionReplaced(id, session));
      await this.audit.record(sessionCreated(session));
    });
    return this.tokens(userId, session.id, refreshToken);
  }

  /**
   * Rotates a refresh token. The direct predecessor of the newest token returns the same successor for 30 s after
   * its first rotation, for example for a second tab or after a lost response.
   * @throws InvalidRefreshToken
   * @throws RefreshTokenReused for any older token; the session has then ended
   * @throws the errors of `admit`, which is called with the session before anything is changed or locked
   */
  async refresh(token: string, admit: (sessionId: Id) => Promise<void>): Promise<Tokens> {
    const hash = hashOf(token);
    const successor = successorOf(token, this.secrets.JWT_REFRESH_SECRET);
    const { sessionId, ...seen } = await this.findAlive(hash);
    if (isAnswered(seen)) await admit(sessionId);
    return this.sessions.transaction(async () => {
      await this.sessions.lock(sessionId);
      const presented = await this.findAlive(hash);
      if (!isAnswered(presented)) {
        await this.sessions.end(sessionId);
        await this.audit.record(sessionRevoked({ id: sessionId, userId: presented.userId }));
        throw new RefreshTokenReused();
      }
      if (presented.newest) await this.sessions.rotate(sessionId, hash, hashOf(successor));
      return this.tokens(presented.userId, sessionId, successor);
    });
  }

  /** Returns the caller of an access token, or undefined if the token, its session or its account is invalid. */
  async findPrincipal(accessToken: string): Promise<Principal | undefined> {
    const named = this.accessTokens.read(accessToken);
    if (!named) return undefined;
    const { sessionId, userId, expiresAt } = named;
    const principal = await this.sessions.findPrincipal(sessionId, userId, this.idleSeconds);
    return principal && { ...principal, expiresAt };
  }

  /** Returns the callers of those of the sessions that have not ended, by the ids of the sessions. */
  async findPrincipals(sessionIds: Id[]): Promise<Map<Id, Principal>> {
    const principals = await this.sessions.findPrincipals(sessionIds, this.idleSeconds);
    return new Map(principals.map((principal) => [principal.sessionId, principal]));
  }

  /** Ends the session of a refresh token. An unknown token is not an error. */
  endByToken(token: string): Promise<void> {
    return this.sessions.transaction(() => this.recordEnd(() => this.sessions.endByToken(hashOf(token))));
  }

  end(sessionId: Id): Promise<void> {
    return this.sessions.transaction(() => this.recordEnd(() => this.sessions.end(sessionId)));
  }

  /** Changes the password and ends all other sessions of the account. */
  async changePassword(userId: Id, kept: Id, change: () => Promise<void>): Promise<void> {
    await this.sessions.transaction(async () => {
      await change();
      const ended = await this.sessions.endOthers(userId, kept);
      await this.audit.record(passwordChanged(userId, ended));
    });
  }

  /** A session that has ended already is not an error, and no entry. */
  private async recordEnd(end: () => Promise<OwnedSession | undefined>): Promise<void> {
    const ended = await end();
    if (ended) await this.audit.record(sessionEnded(ended));
  }

  /** @throws InvalidRefreshToken */
  private async findAlive(hash: Buffer): Promise<PresentedToken> {
    const presented = await this.sessions.findPresented(hash, this.idleSeconds);
    if (!presented?.alive) throw new InvalidRefreshToken();
    return presented;
  }

  private get idleSeconds(): number {
    return this.config.SESSION_TIMEOUT ?? this.config.JWT_REFRESH_EXPIRES_IN;
  }

  private tokens(userId: Id, sessionId: Id, refreshToken: string): Tokens {
    const accessToken = this.accessTokens.sign(userId, sessionId);
    return {
      accessToken,
      refreshToken,
      tokenType: 'Bearer',
      expiresIn: this.accessTokens.life,
      userId,
      sessionId,
    };
  }
}

/** Any other token is an old one, so another party may have a copy. */
const isAnswered = ({ newest, inGrace }: Pick<PresentedToken, 'newest' | 'inGrace'>) => newest || inGrace;
