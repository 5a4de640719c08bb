import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { FastifyReply } from 'fastify';
import { Config } from '../../config/config.js';
import { networkOf } from '../access/network.js';
import { limitsSettings } from '../../limits/limits.settings.js';
import { TooManyRequests } from '../../errors/caller-problems.js';
import { remembering } from '../../memory/remembering.js';
import type { Id } from '../../schemas/schemas.js';
import { LimitStore } from '../../limits/limit-store.js';
import type { Tier } from '../../limits/tier.js';
import type { Limit } from './limit.js';
import { Refusals } from './refusals.js';
import type { WindowCount } from '../../limits/window-store.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The limit in which the request was counted. */
    limit?: Limit;
  }
}

/** The key of an address. */
export const addressKey = remembering((ip: string) => `ip:${networkOf(ip)}`);

/** Counts requests and adds the headers of draft-ietf-httpapi-ratelimit-headers-11. No other code does either. */
@Injectable()
export class Limits {
  private readonly refusals = new Refusals();

  constructor(
    private readonly store: LimitStore,
    @Inject(limitsSettings.KEY) private readonly settings: ConfigType<typeof limitsSettings>,
    private readonly config: Config, // A tier contains the name of a setting of its feature.
  ) {}

  get windowMs(): number {
    return this.settings.RATE_LIMIT_WINDOW_MS;
  }

  /**
   * Returns the limit of a tier for an account, or for an address if nobody is signed in or the tier has no limit
   * for accounts.
   */
  of(tier: Tier, address: string, account?: Id): Limit {
    const { name } = tier;
    if (account && tier.account) return { name, key: `user:${account}`, max: this.maximum(tier.account) };
    return { name, key: addressKey(address), max: this.maximum(tier.address) };
  }

  private maximum(setting: string): number {
    return this.config.setting(setting) as number;
  }

  /**
   * Counts a request and adds the headers.
   * @throws TooManyRequests
   */
  async count(limit: Limit, reply: FastifyReply): Promise<void> {
    await this.countNow(limit, reply);
  }

  /**
   * Like `count`, but without a promise if this process counts alone, which saves a tenth of the cost of a cached
   * response.
   * @throws TooManyRequests, or rejects with it
   */
  countNow(limit: Limit, reply: FastifyReply): Promise<void> | undefined {
    const count = this.store.add(`${limit.name}:${limit.key}`, this.windowMs);
    if (count instanceof Promise) return count.then((counted) => this.show(limit, counted, reply));
    this.show(limit, count, reply);
    return undefined;
  }

  /**
   * Counts a request that was counted once as `more` further ones. If the limit does not permit all of them, none of these
   * is counted.
   * @throws TooManyRequests
   */
  async countMore(limit: Limit, more: number, reply: FastifyReply): Promise<void> {
    const key = `${limit.name}:${limit.key}`;
    const count = await this.store.addUpTo(limit.max, key, this.windowMs, more);
    const reset = this.showHeaders(limit, count, reply);
    if (!count.isRefused) return;
    const left = Math.max(0, limit.max - count.hits + 1);
    throw new TooManyRequests(
      reset,
      `The request counts as ${more + 1} requests, and ${left} of ${limit.max} remain. Nothing was changed. Send fewer operations, or retry after ${reset} s.`,
    );
  }

  /**
   * Adds the headers of a count.
   * @throws TooManyRequests if it exceeds the limit
   */
  show(limit: Limit, count: WindowCount, reply: FastifyReply): void {
    const reset = this.showHeaders(limit, count, reply);
    if (count.hits <= limit.max) return;
    if (limit.isHeld) this.refusals.hold(limit, count.resetMs);
    throw new TooManyRequests(reset);
  }

  /** @returns the seconds until the limit resets */
  private showHeaders(limit: Limit, count: WindowCount, reply: FastifyReply): number {
    const reset = Math.ceil(Math.floor(count.resetMs) / 1000);
    reply.limit = limit;
    reply.header('ratelimit-policy', `"${limit.name}";q=${limit.max};w=${Math.ceil(this.windowMs / 1000)}`);
    reply.header('ratelimit', `"${limit.name}";r=${Math.max(0, limit.max - count.hits)};t=${reset}`);
    return reset;
  }

  /**
   * Rejects a request as this limit did a moment ago, without counting it, so that it costs no parsing and no
   * transaction.
   * @throws TooManyRequests
   */
  refuseHeld(name: string, address: string, reply: FastifyReply): void {
    const held = this.refusals.find({ name, key: addressKey(address) });
    if (held) this.show(held.limit, held.count, reply);
  }
}
