/**
 * Front ends use the TypeScript client through a proxy that loses, cuts, refuses and delays requests and responses. Each
 * session has two tabs, which share their tokens, and access tokens expire after a few seconds. At the end, every write
 * must have had its effect once, and no session may have ended.
 * `npm run test:heavy -- client-faults [calls, default 10000]`
 */
import type { Pool } from 'pg';
import { Galley, memoryTokens } from '../../clients/typescript/src/galley.ts';
import { type Fault, FaultyProxy } from '../support/faulty-proxy.ts';
import { Caller, type Made } from './client-caller.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openGalley, openPool } from './serving.ts';

const SESSIONS = 4;
const TABS = 2;
/** The calls at once in each tab. */
const CALLS_AT_ONCE = 2;
const PASSWORD = 'a password that is long';
/** Longer than the longest delay, so that no delayed refresh arrives two generations late. */
const TOKEN_LIFE = '4s';
const SETTINGS = {
  JWT_EXPIRES_IN: TOKEN_LIFE,
  REGISTER_RATE_LIMIT_MAX: '1000000',
  REFRESH_RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_MAX: '1000000',
  RATE_LIMIT_WRITE_MAX: '1000000',
};
const LATEST_MS = 1500;
/** The share of each fault among all requests, also those that refresh. */
const SHARES: [share: number, fault: () => Fault][] = [
  [0.04, () => 'lost request'],
  [0.06, () => 'lost response'],
  [0.03, () => 'cut response'],
  [0.02, () => 'refused'],
  [0.05, () => ({ lateMs: Math.random() * LATEST_MS })],
];

export const clientFaults: HeavyTest = async ([calls = '10000'], closing) => {
  const { galley, folder } = await openGalley(closing, SETTINGS);
  const pool = await openPool(closing, folder);
  const proxy = await closing.keep(FaultyProxy.open(galley.url, drawn));
  const made: Made = { posts: new Map(), comments: new Set() };
  const counts = { begun: 0, repeatedByHand: 0, logouts: 0 };
  const callers = await Promise.all(
    Array.from({ length: SESSIONS }, async (_, n) => {
      const tokens = memoryTokens();
      const account = { email: `tabs${n}@example.com`, password: PASSWORD };
      const tabs = Array.from({ length: TABS }, () => new Galley(proxy.url, { tokens }));
      await new Galley(galley.url).auth.register({ ...account, name: `Tabs ${n}` });
      await new Galley(galley.url, { tokens }).auth.login(account);
      for (const tab of tabs) tab.auth.onChange((userId) => (counts.logouts += userId ? 0 : 1));
      return tabs.map((tab) => new Caller(tab, made, counts));
    }),
  );
  const since = performance.now();
  await Promise.all(callers.flat().flatMap((caller) => work(caller, counts, Number(calls))));
  const seconds = (performance.now() - since) / 1000;
  const effects = await effectsOf(pool, made);
  console.log(
    `${calls} calls in ${seconds.toFixed(0)} s: ${proxy.seen.length} requests, ${describe(proxy)}; ` +
      `${made.posts.size} posts, ${made.comments.size} comments, ${JSON.stringify(effects)}, ${JSON.stringify(counts)}`,
  );
  return faultsAmong([
    counts.logouts > 0 && `${counts.logouts} sessions ended`,
    effects.posts !== made.posts.size && `${made.posts.size} posts were acknowledged, ${effects.posts} exist`,
    effects.comments !== made.comments.size &&
      `${made.comments.size} comments were acknowledged, ${effects.comments} exist`,
    effects.wrongVersions > 0 &&
      `${effects.wrongVersions} posts have more or fewer changes than were acknowledged`,
  ]);
};

function drawn(): Fault {
  let chance = Math.random();
  for (const [share, fault] of SHARES) {
    if (chance < share) return fault();
    chance -= share;
  }
  return 'none';
}

const work = (caller: Caller, counts: { begun: number }, calls: number): Promise<void>[] =>
  Array.from({ length: CALLS_AT_ONCE }, async () => {
    while (counts.begun < calls) await caller.call(counts.begun++);
  });

function describe(proxy: FaultyProxy): string {
  const faults: Record<string, number> = {};
  for (const { fault } of proxy.seen) {
    const name = typeof fault === 'string' ? fault : 'late';
    faults[name] = (faults[name] ?? 0) + 1;
  }
  const refreshes = proxy.seen.filter(({ path }) => path.endsWith('/auth/refresh')).length;
  return `${refreshes} of them refreshes, ${JSON.stringify(faults)}`;
}

interface Effects {
  posts: number;
  comments: number;
  /** Posts whose version is not one more than their acknowledged changes. */
  wrongVersions: number;
}

async function effectsOf(pool: Pool, { posts }: Made): Promise<Effects> {
  const { rows } = await pool.query<{ id: string; version: number }>('SELECT id, version FROM posts');
  const { rows: counted } = await pool.query<{ n: number }>('SELECT count(*)::int AS n FROM comments');
  const wrong = rows.filter(({ id, version }) => version !== posts.get(id));
  return { posts: rows.length, comments: counted[0]?.n ?? 0, wrongVersions: wrong.length };
}
