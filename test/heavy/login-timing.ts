/**
 * Verifies that the time of a failed login does not reveal which addresses have an account. Unknown addresses are
 * compared with all kinds of accounts in pairs, by the area under the ROC curve: 0.5 means no difference, 1 a
 * certain one, and 0.45 to 0.55 passes. `npm run test:heavy -- login-timing [tries, default 500]`
 */
import bcrypt from 'bcrypt';
import type { Pool } from 'pg';
import { median } from '../support/median.ts';
import { areaUnderCurve } from './area-under-curve.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openGalley, openPool } from './serving.ts';

const NEVER = '1000000';
const PASSWORD = 'correct horse battery staple';
const LEAST = 0.45;
const MOST = 0.55;

type Post = (path: string, body: object) => Promise<Response>;

export const loginTiming: HeavyTest = async ([given = '500'], closing) => {
  const tries = Number(given);
  const { galley, folder } = await openGalley(closing, {
    AUTH_RATE_LIMIT_MAX: NEVER,
    RATE_LIMIT_WRITE_MAX: NEVER,
  });
  const pool = await openPool(closing, folder);
  const post: Post = (path, body) =>
    fetch(`${galley.url}/api/v1${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const account = (kind: string, hash?: string | null) => register(post, pool, kind, hash);
  const modern = await account('argon2id');
  const passwordless = await account('passwordless', null);
  const faults = [
    await judge(post, tries, 'argon2id', modern),
    await judge(post, tries, 'no password', passwordless),
  ];
  const ten = await account('bcrypt10', bcrypt.hashSync(PASSWORD, 10));
  faults.push(await judge(post, tries, 'bcrypt 10', ten));
  const twelve = await account('bcrypt12', bcrypt.hashSync(PASSWORD, 12));
  faults.push(
    await judge(post, tries, 'bcrypt 12', twelve),
    await judge(post, tries, 'bcrypt 10 beside bcrypt 12', ten),
    await judge(post, tries, 'argon2id beside bcrypt 12', modern),
  );
  return faultsAmong(faults);
};

/** @returns the address of the new account, whose stored hash is `hash` unless that is absent */
async function register(post: Post, pool: Pool, kind: string, hash?: string | null): Promise<string> {
  const email = `${kind}@example.com`;
  const answer = await post('/auth/register', { email, password: PASSWORD, name: kind });
  if (answer.status !== 201) throw new Error(`${email}: ${answer.status} ${await answer.text()}`);
  if (hash !== undefined)
    await pool.query('UPDATE users SET password_hash = $2 WHERE email = $1', [email, hash]);
  return email;
}

async function judge(post: Post, tries: number, name: string, email: string): Promise<string | false> {
  const { unknown, known } = await compare(post, tries, email);
  const area = areaUnderCurve(unknown, known);
  const passed = area >= LEAST && area <= MOST;
  const [ofKnown, ofUnknown] = [median(known).toFixed(1), median(unknown).toFixed(1)];
  console.log(
    `${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(28)} AUC ${area.toFixed(3)}  median ${ofKnown} ms, unknown ${ofUnknown} ms`,
  );
  return !passed && `a failed login tells accounts (${name}) from unknown addresses`;
}

interface Times {
  unknown: number[];
  known: number[];
}

/** The logins alternate in a changing order, so that the load of the machine affects both. */
async function compare(post: Post, tries: number, email: string): Promise<Times> {
  const times: Times = { unknown: [], known: [] };
  for (let n = 0; n < tries; n++) {
    for (const who of n % 2 ? (['unknown', 'known'] as const) : (['known', 'unknown'] as const))
      times[who].push(await timed(post, who === 'known' ? email : `nobody${n}@example.com`));
  }
  return times;
}

async function timed(post: Post, email: string): Promise<number> {
  const since = performance.now();
  const answer = await post('/auth/login', { email, password: 'a wrong password, always' });
  await answer.text();
  if (answer.status !== 401) throw new Error(`a failed login answered ${answer.status}`);
  return performance.now() - since;
}
