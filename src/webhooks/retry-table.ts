const MINUTE = 60;
const HOUR = 3600;

/** The pauses after each failed attempt in seconds, as Standard Webhooks recommends: about three days in total. */
export const PAUSES = [5, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * HOUR)];
export const MOST_ATTEMPTS = PAUSES.length + 1;

/** The part by which a pause is longer or shorter, so that receivers are not called by all deliveries at once. */
const JITTER = 0.2;
const LONGEST_WAIT = 24 * HOUR;

/**
 * Returns the pause in seconds before the attempt that follows, or undefined after the last one.
 * @param attempts the number of attempts that were made
 * @param askedSeconds the value of Retry-After, which can only lengthen the pause, to a day at most
 */
export function pauseAfter(attempts: number, askedSeconds = 0, random = Math.random): number | undefined {
  const pause = PAUSES[attempts - 1];
  if (pause === undefined) return undefined;
  return Math.max(pause * (1 - JITTER + 2 * JITTER * random()), Math.min(askedSeconds, LONGEST_WAIT));
}
