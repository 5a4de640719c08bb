import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Config } from '../platform/config/config.js';
import { addressKey, type Limit, Limits } from '../platform/limits/limits.js';
import type { Id } from '../platform/http/schemas.js';
import { InvalidRefreshToken, WrongCredentials } from './auth.errors.js';

const FAILURES_PER_ADDRESS = 10;

/**
 * Limits of what is only known after looking: failed logins per account and
 * address (and ten times that per address), refreshes per session. An attempt
 * is counted before it is made and given back when it was no failure, so a
 * hundred guesses at once are a hundred.
 */
@Injectable()
export class LoginLimits {
  constructor(
    private readonly limits: Limits,
    private readonly config: Config,
  ) {}

  /** @throws TooManyRequests, and what `attempt` throws */
  async login<T extends { userId: Id }>(
    request: FastifyRequest,
    reply: FastifyReply,
    account: string,
    attempt: () => Promise<T>,
  ): Promise<T> {
    const address = addressKey(request.ip);
    const name = createHash('sha256').update(account.toLowerCase()).digest('base64url');
    const failures = [
      this.perAddress(address),
      { name: 'login', key: `${name}|${address}`, max: this.config.AUTH_RATE_LIMIT_MAX },
    ];
    this.countAll(failures, reply);
    const result = await this.givingBack(failures, WrongCredentials, attempt);
    this.limits.count(
      { name: 'write', key: `user:${result.userId}`, max: this.config.RATE_LIMIT_USER_WRITE_MAX },
      reply,
    );
    return result;
  }

  /** @throws TooManyRequests, and what `attempt` throws; `attempt` calls its argument once the session is known */
  refresh<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: (admit: (sessionId: Id) => void) => Promise<T>,
  ): Promise<T> {
    const failure = this.perAddress(addressKey(request.ip));
    this.limits.count(failure, reply);
    const admit = (sessionId: Id) =>
      this.limits.count({ name: 'refresh', key: sessionId, max: this.config.REFRESH_RATE_LIMIT_MAX }, reply);
    return this.givingBack([failure], InvalidRefreshToken, () => attempt(admit));
  }

  /** An attempt that one limit refuses was not made, so it is no failure to the others. */
  private countAll(limits: Limit[], reply: FastifyReply): void {
    limits.forEach((limit, index) => {
      try {
        this.limits.count(limit, reply);
      } catch (error) {
        for (const counted of limits.slice(0, index)) this.limits.giveBack(counted);
        throw error;
      }
    });
  }

  private perAddress(address: string): Limit {
    return {
      name: 'login-address',
      key: address,
      max: this.config.AUTH_RATE_LIMIT_MAX * FAILURES_PER_ADDRESS,
    };
  }

  private async givingBack<T>(
    counted: Limit[],
    failure: new () => Error,
    attempt: () => Promise<T>,
  ): Promise<T> {
    try {
      const result = await attempt();
      for (const limit of counted) this.limits.giveBack(limit);
      return result;
    } catch (error) {
      if (!(error instanceof failure)) for (const limit of counted) this.limits.giveBack(limit);
      throw error;
    }
  }
}
