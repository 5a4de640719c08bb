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
 * address (and ten times that per address), refreshes per session. A login is
 * counted before it is tried and given back when it was no failure, so a
 * hundred guesses at once are a hundred; one that is refused was not tried.
 */
@Injectable()
export class LoginLimits {
  constructor(
    private readonly limits: Limits,
    private readonly config: Config,
  ) {}

  /**
   * `attempt` calls its argument once it knows the account, before it changes anything.
   * @throws TooManyRequests, and what `attempt` throws
   */
  async login<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    account: string,
    attempt: (admit: (userId: Id) => void) => Promise<T>,
  ): Promise<T> {
    const address = addressKey(request.ip);
    const name = createHash('sha256').update(foldCase(account)).digest('base64url');
    const failures = [
      this.perAddress(address),
      { name: 'login', key: `${name}|${address}`, max: this.config.AUTH_RATE_LIMIT_MAX },
    ];
    const reserved: Limit[] = [];
    const giveBack = () => {
      for (const limit of reserved) this.limits.giveBack(limit);
    };
    try {
      for (const limit of failures) {
        reserved.push(limit);
        this.limits.count(limit, reply);
      }
      const result = await attempt((userId) => this.countWrite(userId, reply));
      giveBack();
      return result;
    } catch (error) {
      if (!(error instanceof WrongCredentials)) giveBack();
      throw error;
    }
  }

  /**
   * A known token counts for its session alone, an unknown one as a failure of its address.
   * @throws TooManyRequests, and what `attempt` throws; `attempt` calls its argument once the session is known
   */
  async refresh<T>(
    request: FastifyRequest,
    reply: FastifyReply,
    attempt: (admit: (sessionId: Id) => void) => Promise<T>,
  ): Promise<T> {
    const admit = (sessionId: Id) =>
      this.limits.count({ name: 'refresh', key: sessionId, max: this.config.REFRESH_RATE_LIMIT_MAX }, reply);
    try {
      return await attempt(admit);
    } catch (error) {
      if (error instanceof InvalidRefreshToken)
        this.limits.count(this.perAddress(addressKey(request.ip)), reply);
      throw error;
    }
  }

  private countWrite(userId: Id, reply: FastifyReply): void {
    const max = this.config.RATE_LIMIT_USER_WRITE_MAX;
    this.limits.count({ name: 'write', key: `user:${userId}`, max }, reply);
  }

  private perAddress(address: string): Limit {
    return {
      name: 'login-address',
      key: address,
      max: this.config.AUTH_RATE_LIMIT_MAX * FAILURES_PER_ADDRESS,
    };
  }
}

/** As PostgreSQL's lower() folds, character by character: JavaScript's own has other answers for a few of them. */
const foldCase = (text: string): string =>
  Array.from(text, (character) =>
    String.fromCodePoint(character.toLowerCase().codePointAt(0) as number),
  ).join('');
