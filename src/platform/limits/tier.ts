/** The name of a setting. */
type Maximum = `${string}RATE_LIMIT${string}_MAX`;

/**
 * A tier of rate limits (docs/where-is.md, "rate limit"). Its limits are settings: one per account if there is one
 * and the caller is signed in, otherwise one per address. A feature declares its tier beside the route or the
 * credentials to which it applies.
 */
export interface Tier {
  /** The name in RateLimit and RateLimit-Policy. */
  name: string;
  address: Maximum;
  account?: Maximum;
}

export const READ: Tier = { name: 'read', address: 'RATE_LIMIT_MAX', account: 'RATE_LIMIT_USER_MAX' };
export const WRITE: Tier = {
  name: 'write',
  address: 'RATE_LIMIT_WRITE_MAX',
  account: 'RATE_LIMIT_USER_WRITE_MAX',
};
