import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { authSettings } from './auth.settings.js';
import type { Limit } from '../platform/http/tiers/limit.js';
import { addressKey, Limits } from '../platform/http/tiers/limits.js';
import { WRITE } from '../platform/limits/tier.js';
import { Logger } from '../platform/logging/logger.js';
import type { Id } from '../platform/schemas/schemas.js';
import { InvalidRefreshToken, RefreshTokenReused, WrongCredentials } from './auth.errors.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

const FAILURES_PER_ADDRESS = 10;

/**
 * Limits of what is only known after looking: failed logins per account and
 * address (and ten times that per address), refreshes per session, unknown
 * refresh tokens per address. A login is counted as failed before it is tried
 * and given back when it was not, so a hundred guesses at once are a hundred.
 */
@Injectable()
export class LoginLimits {
  constructor(
    private readonly limits: Limits,
    private readonly failures: LoginFailuresRepository,
    @Inject(authSettings.KEY) private readonly config: ConfigType<typeof authSettings>,
    private readonly logger: Logger,
  ) {}

  /**
   * `attempt` calls its argument once it knows the account, before it changes anything.
   * @param account one text for every spelling of who is meant
   * @throws TooManyRequests, and what `attempt` throws
   */
  async login<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    account: string,
    attempt: (admit: (userId: Id) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const address = addressKey(request.ip);
    const name = createHash('sha256').update(account).digest('base64url');
    const perAddress = this.perAddress(address);
    const perAccount = { name: 'login', key: `${name}|${address}`, max: this.config.AUTH_RATE_LIMIT_MAX };
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
        if (reply.limit === limit) reply.limit = undefined; // no guess, and not counted as anything yet
      }
      throw error;
    }
  }

  /**
   * A token that does not hold counts for its address, once it is known as such,
   * and beside the logins: a client that repeats an old token keeps nobody there
   * from logging in, and failed logins keep nobody from refreshing. Nobody
   * guesses 256 bits.
   * @throws TooManyRequests, and what `attempt` throws; `attempt` calls its argument once the session is known
   */
  async refresh<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: (admit: (sessionId: Id) => Promise<void>) => Promise<T>,
  ): Promise<T> {
    const max = this.config.REFRESH_RATE_LIMIT_MAX;
    try {
      return await attempt((sessionId) => this.limits.count({ name: 'refresh', key: sessionId, max }, reply));
    } catch (error) {
      if (error instanceof InvalidRefreshToken || error instanceof RefreshTokenReused) {
        const perAddress = { name: 'refresh-address', key: addressKey(request.ip), max };
        await this.limits.count(perAddress, reply);
      }
      throw error;
    }
  }

  private perAddress(address: string): Limit {
    return {
      name: 'login-address',
      key: address,
      max: this.config.AUTH_RATE_LIMIT_MAX * FAILURES_PER_ADDRESS,
      isHeld: true,
    };
  }

  /** Where it fails, one failure too many stands until the end of the window; the login is good all the same. */
  private async giveBack(account: Limit, address: Limit): Promise<void> {
    await this.failures
      .giveBack(account, address)
      .catch((error: Error) =>
        this.logger.debug({ reason: error.message }, 'a counted login failure could not be reset'),
      );
  }
}
