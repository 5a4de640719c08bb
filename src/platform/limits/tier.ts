/** The name of a setting. */
type Maximum = `${string}RATE_LIMIT${string}_MAX`;

/**
 * A row of the table of limits (docs/where-is.md, "rate limit"): what a request counts as. The maxima are settings: per
 * account if there is one and the caller is signed in, else per address. A feature declares a tier of its own beside
 * the route or the credentials that it is for.
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
