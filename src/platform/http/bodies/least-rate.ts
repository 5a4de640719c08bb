/** The minimum rate of an upload. 10 MiB take at most 320 s. */
export const LEAST_BYTES_PER_SECOND = 32 * 1024;

/** The rate is not checked at the start, because connections start slowly. */
export const GRACE_MS = 10_000;
const LOOK_EVERY_MS = 1000;

/** Returns `broken`, which rejects with `refusal` when the rate is too low, and never resolves. */
export function leastRate(received: () => number, refusal: Error): { broken: Promise<never>; stop(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const since = performance.now();
  const look = () => {
    const elapsed = performance.now() - since;
    if (elapsed > GRACE_MS && received() < (elapsed / 1000) * LEAST_BYTES_PER_SECOND) return reject(refusal);
    timer = setTimeout(look, LOOK_EVERY_MS);
  };
  let timer = setTimeout(look, LOOK_EVERY_MS);
  promise.catch(() => undefined);
  return { broken: promise, stop: () => clearTimeout(timer) };
}
