import type { ConfigFault } from '../config/config.errors.js';

/** One for searches and one for other expensive reads, each for anonymous callers and for accounts. */
const SHARES = 4;

/** The maximum number of connections that all expensive reads use together. Other requests require the rest. */
export const mostConnections = (poolMax: number): number => Math.max(1, Math.floor(poolMax / 2));

/**
 * Rejects shares that exceed the maximum. In a small pool, four shares of one connection exceed it; there they take
 * turns, which is no fault.
 */
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
