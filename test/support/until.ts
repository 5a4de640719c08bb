import { setTimeout as delay } from 'node:timers/promises';

/** A safety net, not a promise of the product: a machine that builds something else meanwhile is ten times slower. */
const CEILING_MS = 60_000;

/** Waits until something holds. */
export async function until(holds: () => unknown, everyMs = 20): Promise<void> {
  for (const since = performance.now(); !(await holds()); await delay(everyMs))
    if (performance.now() - since > CEILING_MS)
      throw new Error(`waited ${CEILING_MS / 1000} s until ${String(holds)}`);
}
