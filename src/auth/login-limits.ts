import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limit } from '../platform/http/tiers/limit.js';
import { addressKey, Limits } from '../platform/http/tiers/limits.js';
import { WRITE } from '../platform/limits/tier.js';
import { Logger } from '../platform/logging/logger.js';
import type { Id } from '../platform/schemas/schemas.js';
import { InvalidRefreshToken, RefreshTokenReused, WrongCredentials } from './auth.errors.js';
import { LOGIN, LOGIN_ADDRESS, REFRESH, REFRESH_ADDRESS } from './auth.tiers.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

const FAILURES_PER_ADDRESS = 10;

/**
 * Limits that can be checked only after a look-up: failed logins per account and address (and ten times as many per
 * address), refreshes per session, and unknown refresh tokens per address. A login is counted as a failure before
 * it is tried, and the count is reverted if it succeeds. A hundred concurrent guesses therefore count as a hundred.
 */
@Injectable()
export class LoginLimits {
  constructor(
    private readonly limits: Limits,
    private readonly failures: LoginFailuresRepository,
    private readonly logger: Logger,
  ) {}

  /**
   * Runs a login. `attempt` must call its argument when it has found the account, before it changes anything.
   * @param account a key that is the same for every spelling of the account
   * @throws TooManyRequests, and the errors of `attempt`
   */
  async login<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    account: string,
    attempt: (admit: (userId: Id) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const perAddress = this.perAddress(request.ip);
    const perAccount = this.perAccount(account, request.ip);
    const { limit, count } = await this.failures.reserve(perAccount, perAddress, this.limits.windowMs);
    this.limits.show(limit, count, reply);
    try {
      const admit = (userId: Id) => this.limits.count(this.limits.of(WRITE, request.ip, userId), reply);
      const result = await attempt(admit);
      await this.giveBack(perAccount, perAddress);
      return result;
    } catch (error) {
      if (!(error instanceof WrongCredentials)) {
        await this.giveBack(perAccount, perAddress);
        // The login was not a guess, and nothing has been counted yet.
        if (reply.limit === limit) reply.limit = undefined;
      }
      throw error;
    }
  }

  /**
   * Runs a refresh. An invalid token counts for its address as soon as it is known to be invalid. These counts are
   * separate from those of logins: a client that repeats an old token does not block logins from its address, and
   * failed logins do not block refreshes. A token has 256 random bits, so it cannot be guessed.
   * @throws TooManyRequests, and the errors of `attempt`, which must call its argument when the session is known
   */
  async refresh<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: (admit: (sessionId: Id) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    try {
      return await attempt((sessionId) =>
        this.limits.count({ ...this.limits.of(REFRESH, request.ip), key: sessionId }, reply),
      );
    } catch (error) {
      if (error instanceof InvalidRefreshToken || error instanceof RefreshTokenReused) {
        await this.limits.count(this.limits.of(REFRESH_ADDRESS, request.ip), reply);
      }
      throw error;
    }
  }

  private perAccount(account: string, ip: string): Limit {
    const name = createHash('sha256').update(account).digest('base64url');
    return { ...this.limits.of(LOGIN, ip), key: `${name}|${addressKey(ip)}` };
  }

  private perAddress(ip: string): Limit {
    const limit = this.limits.of(LOGIN_ADDRESS, ip);
    return { ...limit, max: limit.max * FAILURES_PER_ADDRESS, isHeld: true };
  }

  /** If this fails, one failure too many remains until the end of the window, but the login still succeeds. */
  private async giveBack(account: Limit, address: Limit): Promise<void> {
    await this.failures
      .giveBack(account, address)
      .catch((error: Error) =>
        this.logger.debug({ reason: error.message }, 'a counted login failure could not be reset'),
      );
  }
}
