import { setTimeout as delay } from 'node:timers/promises';

/** A limit for a busy machine, which can be ten times slower. It is not a requirement of the product. */
const CEILING_MS = 60_000;

/** Waits until a condition is true. */
export async function until(holds: () => unknown, everyMs = 20): Promise<void> {
  for (const since = performance.now(); !(await holds()); await delay(everyMs))
    if (performance.now() - since > CEILING_MS)
      throw new Error(`waited ${CEILING_MS / 1000} s until ${String(holds)}`);
}
