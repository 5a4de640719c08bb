/** A sender of a file has to be as quick as this; 10 MiB take at most 320 s. */
export const LEAST_BYTES_PER_SECOND = 32 * 1024;

/** Connections begin slowly. */
export const GRACE_MS = 10_000;

/** `broken` rejects with `refusal` once fewer bytes have come than so much time wants; it never resolves. */
export function leastRate(received: () => number, refusal: Error): { broken: Promise<never>; stop(): void } {
  const { promise, reject } = Promise.withResolvers<never>();
  const since = performance.now();
  const timer = setInterval(() => {
    const elapsed = performance.now() - since;
    if (elapsed > GRACE_MS && received() < (elapsed / 1000) * LEAST_BYTES_PER_SECOND) reject(refusal);
  }, 1000);
  promise.catch(() => clearInterval(timer));
  return { broken: promise, stop: () => clearInterval(timer) };
}
