import type { HeavyTest } from './heavy-test.ts';

/** All heavy tests, in the order in which they run. Each test is loaded only when it runs. */
export const TESTS: Record<string, () => Promise<HeavyTest>> = {
  'limiter-memory': async () => (await import('./limiter-memory.ts')).limiterMemory,
  'login-timing': async () => (await import('./login-timing.ts')).loginTiming,
  'client-faults': async () => (await import('./client-faults.ts')).clientFaults,
  'redis-faults': async () => (await import('./redis-faults.ts')).redisFaults,
  'idempotency-kill': async () => (await import('./idempotency-kill.ts')).idempotencyKill,
  ledger: async () => (await import('./ledger.ts')).ledger,
  'kill-loop': async () => (await import('./kill-loop.ts')).killLoop,
  'million-posts': async () => (await import('./million-posts.ts')).millionPosts,
  'tail-reader': async () => (await import('./tail-reader.ts')).tailReader,
  'list-costs': async () => (await import('./list-costs.ts')).listCosts,
  'search-attack': async () => (await import('./search-attack.ts')).searchAttack,
  'import-1gb': async () => (await import('./import-1gb.ts')).import1gb,
  'import-bombs': async () => (await import('./import-bombs.ts')).importBombs,
  rendering: async () => (await import('./rendering.ts')).rendering,
  'rendering-load': async () => (await import('./rendering-load.ts')).renderingLoad,
  'rendering-xss': async () => (await import('./rendering-xss.ts')).renderingXss,
};
