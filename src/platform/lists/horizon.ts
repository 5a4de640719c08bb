/** The current writers of a list, in milliseconds since 1970. */
export interface Look {
  now: number;
  /** Every row with an earlier sort key is committed. */
  horizon: number;
}

/** The register of writers contains milliseconds modulo 2^31: 24.8 days. */
const CYCLE_MS = 2 ** 31;
/**
 * No clock is this far ahead, and no page takes this long to read. A later sort key comes from an import, not from
 * the clock.
 */
const FUTURE_MS = 60_000;

/** @param begun the times at which the current writers started, modulo CYCLE_MS */
export function horizonOf(now: number, begun: number[]): number {
  const ages = begun.map((moment) => (((now - moment) % CYCLE_MS) + CYCLE_MS) % CYCLE_MS);
  // A writer that seems to have started half a cycle ago started in the near future: the clock was set back.
  return now - Math.max(0, ...ages.filter((age) => age < CYCLE_MS / 2));
}

/** Tells whether all rows with sort keys up to this one (RFC 3339) are committed, according to an earlier horizon. */
// The key is cut to milliseconds like the horizon.
export const isBehind = (key: string, horizon: number): boolean => Date.parse(key) < horizon;

/**
 * Like `isBehind`, with a look that was just taken. Writers never get a time in the future, or in years that Date
 * does not support, from the clock. An old look would mistake the present for the future.
 */
export function isSettled(key: string, { now, horizon }: Look): boolean {
  const moment = Date.parse(key);
  return isBehind(key, horizon) || Number.isNaN(moment) || moment > now + FUTURE_MS;
}
