import type { Tier } from '../../limits/tier.js';
import { RouteFacts } from '../routes/route-config.js';

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
