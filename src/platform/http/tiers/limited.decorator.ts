import type { Tier } from '../../limits/tier.js';
import { RouteFacts } from '../routes/route-config.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `none`: never limited. `service`: see LimitedByService. */
    tier?: Tier | 'none' | 'service';
    /** The name of the limit of an address that applies to every request of the route before its body is read. */
    addressLimit?: string;
    /** How many requests one with this body counts as. */
    weight?: (body: unknown) => number;
  }
}

/** Never limits the route. Used for health, metrics and docs. */
export const Unlimited = () => RouteFacts({ tier: 'none' });

/** Counts the route in this tier. */
export const LimitedAs = (tier: Tier) => RouteFacts({ tier });

/**
 * A request of the route counts as several ones, depending on its body. It is refused as a whole if the limit does not permit
 * all of them.
 */
export const CountsAs = (weight: (body: unknown) => number) => RouteFacts({ weight });

/**
 * The service of the route counts itself, because it knows only after a look-up what to count (a failure, a
 * session). If a request never reaches the service, it counts as a write.
 * The tier is that of the address, which also rejects requests before their body is read: see `refuseHeld`.
 */
export const LimitedByService = ({ name }: Tier) => RouteFacts({ tier: 'service', addressLimit: name });
