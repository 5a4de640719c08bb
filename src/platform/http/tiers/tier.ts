import type { Settings } from '../../config/config.js';
import { RouteFacts } from '../routes/route-config.js';

export type Tier = 'read' | 'write' | 'register';
type Maximum = Extract<keyof Settings, `${string}RATE_LIMIT${string}_MAX`>;

/**
 * The rows of the table of limits (docs/where-is.md, "rate limit") in which a
 * request counts by what it is, with the settings that are their maxima: per
 * account where it has one and the caller is signed in, else per address.
 */
export const TIERS: Record<Tier, { address: Maximum; account?: Maximum }> = {
  read: { address: 'RATE_LIMIT_MAX', account: 'RATE_LIMIT_USER_MAX' },
  write: { address: 'RATE_LIMIT_WRITE_MAX', account: 'RATE_LIMIT_USER_WRITE_MAX' },
  register: { address: 'REGISTER_RATE_LIMIT_MAX' },
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `none`: never limited; `service`: see LimitedByService. */
    tier?: Tier | 'none' | 'service';
    /** The limit of an address that refuses every request of the route, whatever its body. */
    addressLimit?: string;
  }
}

/** Health, metrics and docs are never limited. */
export const Unlimited = () => RouteFacts({ tier: 'none' });

/** Counted in a tier of its own. */
export const LimitedAs = (tier: Tier) => RouteFacts({ tier });

/**
 * The service behind the route counts by itself: what to count is known only after looking (a failure, a
 * session). What it did not count (a request that never reached it) is a write.
 */
export const LimitedByService = (addressLimit: string) => RouteFacts({ tier: 'service', addressLimit });
