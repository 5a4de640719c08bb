import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyReply } from 'fastify';
import { Config } from '../../config/config.js';
import { limitsSettings } from '../../limits/limits.settings.js';
import { TooManyRequests } from '../../errors/problems.js';
import { remembering } from '../../memory/remembering.js';
import type { Id } from '../../schemas/schemas.js';
import { LimitStore } from '../../limits/limit-store.js';
import type { Tier } from '../../limits/tier.js';
import type { Limit } from './limit.js';
import { Refusals } from './refusals.js';
import type { WindowCount } from '../../limits/window-store.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The one that the request was counted in. */
    limit?: Limit;
  }
}

const IPV6_PREFIX = 64;

/** An address as it is counted: IPv6 by /64, because one customer owns all of it. */
export const addressKey = remembering((ip: string) => `ip:${normalizeIp(ip, IPV6_PREFIX)}`);

/** Counts requests and says so in the headers of draft-ietf-httpapi-ratelimit-headers-11: no other place does either. */
@Injectable()
export class Limits {
  private readonly refusals = new Refusals();

  constructor(
    private readonly store: LimitStore,
    @Inject(limitsSettings.KEY) private readonly settings: ConfigType<typeof limitsSettings>,
    private readonly config: Config, // a tier names a setting of the feature that has it
  ) {}

  get windowMs(): number {
    return this.settings.RATE_LIMIT_WINDOW_MS;
  }

  /** The limit of a tier for an account, or for an address where nobody is signed in or accounts have none. */
  of(tier: Tier, address: string, account?: Id): Limit {
    const { name } = tier;
    if (account && tier.account) return { name, key: `user:${account}`, max: this.maximum(tier.account) };
    return { name, key: addressKey(address), max: this.maximum(tier.address) };
  }

  private maximum(setting: string): number {
    return this.config.setting(setting) as number;
  }

  /**
   * Counts one, shows what is left.
   * @throws TooManyRequests
   */
  async count(limit: Limit, reply: FastifyReply): Promise<void> {
    await this.countNow(limit, reply);
  }

  /**
   * The same, without a promise where this process counts alone: of a cached answer that is a tenth.
   * @throws TooManyRequests, or rejects with it
   */
  countNow(limit: Limit, reply: FastifyReply): Promise<void> | undefined {
    const count = this.store.add(`${limit.name}:${limit.key}`, this.windowMs);
    if (count instanceof Promise) return count.then((counted) => this.show(limit, counted, reply));
    this.show(limit, count, reply);
    return undefined;
  }

  /**
   * Shows what a count leaves.
   * @throws TooManyRequests when it is above the limit
   */
  show(limit: Limit, count: WindowCount, reply: FastifyReply): void {
    const reset = Math.ceil(Math.floor(count.resetMs) / 1000);
    reply.limit = limit;
    reply.header('ratelimit-policy', `"${limit.name}";q=${limit.max};w=${Math.ceil(this.windowMs / 1000)}`);
    reply.header('ratelimit', `"${limit.name}";r=${Math.max(0, limit.max - count.hits)};t=${reset}`);
    if (count.hits <= limit.max) return;
    if (limit.isHeld) this.refusals.hold(limit, count.resetMs);
    throw new TooManyRequests(reset);
  }

  /**
   * Refuses as this limit did a moment ago, and counts nothing: whoever is refused anyway shall cost no
   * parse and no transaction.
   * @throws TooManyRequests
   */
  refuseHeld(name: string, address: string, reply: FastifyReply): void {
    const held = this.refusals.find({ name, key: addressKey(address) });
    if (held) this.show(held.limit, held.count, reply);
  }
}
