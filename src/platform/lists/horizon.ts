/** A look at who is writing to a list, in milliseconds since 1970. */
export interface Look {
  now: number;
  /** Every row with an earlier sort key is committed. */
  horizon: number;
}

/** The register of writers holds milliseconds modulo 2^31: 24.8 days. */
const CYCLE_MS = 2 ** 31;
/** No clock of ours is so far ahead, and no page takes so long to be read: a later key is an import's, not the clock's. */
const FUTURE_MS = 60_000;

/** @param begun when the present writers began, modulo CYCLE_MS */
export function horizonOf(now: number, begun: number[]): number {
  const ages = begun.map((moment) => (((now - moment) % CYCLE_MS) + CYCLE_MS) % CYCLE_MS);
  // What seems to have begun half a cycle ago began a moment ahead of us: the clock was set back.
  return now - Math.max(0, ...ages.filter((age) => age < CYCLE_MS / 2));
}

/** Is everything committed that sorts up to this key (RFC 3339), by a horizon that was right at any time before? */
export const isBehind = (key: string, horizon: number): boolean => Date.parse(key) < horizon; // cut to milliseconds, as the horizon is

/**
 * The same by a look that was taken just now. What lies in the future, or in years that Date does not read, no
 * writer gets from the clock: an old look would take the present for the future.
 */
export function isSettled(key: string, { now, horizon }: Look): boolean {
  const moment = Date.parse(key);
  return isBehind(key, horizon) || Number.isNaN(moment) || moment > now + FUTURE_MS;
}
