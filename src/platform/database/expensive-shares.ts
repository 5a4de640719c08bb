import type { ConfigFault } from '../config/config.errors.js';

/** Searches and other expensive reads, each of anonymous callers and of accounts. */
const SHARES = 4;

/** So many connections of a pool expensive reads have together: others need the rest. */
export const mostConnections = (poolMax: number): number => Math.max(1, Math.floor(poolMax / 2));

/** Four shares of one are less than what a small pool has to give: there they take turns, and nothing is wrong. */
export function expensiveShareFaults({
  SEARCH_CONCURRENCY: concurrency,
  DATABASE_POOL_MAX: poolMax,
}: {
  SEARCH_CONCURRENCY?: number;
  DATABASE_POOL_MAX?: number;
}): ConfigFault[] {
  if (concurrency === undefined || poolMax === undefined || concurrency === 1) return [];
  const needed = SHARES * concurrency;
  if (needed <= mostConnections(poolMax)) return [];
  const most = Math.max(1, Math.floor(mostConnections(poolMax) / SHARES));
  const message = `is ${concurrency}: its ${SHARES} shares would take ${needed} connections, more than half of DATABASE_POOL_MAX (${poolMax}). Set it to ${most}${most > 1 ? ' at most' : ''}, or DATABASE_POOL_MAX to ${2 * needed} or more`;
  return [{ variable: 'SEARCH_CONCURRENCY', message }];
}
