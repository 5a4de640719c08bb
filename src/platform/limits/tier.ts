import { SetMetadata } from '@nestjs/common';

/** The rows of the table of limits (docs/where-is.md, "rate limit"). */
export type Tier = 'read' | 'write' | 'register' | 'none';

export const TIER = 'galley:tier';

/** Counts as a write although it only reads: it costs as much. */
export const Expensive = () => SetMetadata(TIER, 'write' satisfies Tier);

/** Health, metrics and docs are never limited. */
export const Unlimited = () => SetMetadata(TIER, 'none' satisfies Tier);

/** Counted in a tier of its own. */
export const LimitedAs = (tier: Tier) => SetMetadata(TIER, tier);

/** The service behind the route counts by itself: what to count is known only after looking (a failure, a session). */
export const LimitedByService = () => SetMetadata(TIER, 'none' satisfies Tier);
