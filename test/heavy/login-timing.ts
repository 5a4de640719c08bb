/**
 * Verifies that the time of a failed login does not reveal which addresses have an account. Unknown addresses are
 * compared with all kinds of accounts in pairs, by the area under the ROC curve: 0.5 means no difference, 1 a
 * certain one, and 0.45 to 0.55 passes. `npm run test:heavy -- login-timing [tries, default 500]`
 */
import bcrypt from 'bcrypt';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import pg from 'pg';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { freePort } from '../support/loopback.ts';

const tries = Number(process.argv[2] ?? 500);
const NEVER = '1000000';
const PASSWORD = 'correct horse battery staple';
const LEAST = 0.45;
const MOST = 0.55;

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
await galley.start({ AUTH_RATE_LIMIT_MAX: NEVER, RATE_LIMIT_WRITE_MAX: NEVER });
const database = await EmbeddedPostgres.open({ dataDir: folder });
const rows = new pg.Client({ connectionString: database.url });
await rows.connect();

const post = (path: string, body: object) =>
  fetch(`${galley.url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });

async function account(kind: string, hash?: string | null): Promise<string> {
  const email = `${kind}@example.com`;
  const answer = await post('/auth/register', { email, password: PASSWORD, name: kind });
  if (answer.status !== 201) throw new Error(`${email}: ${answer.status} ${await answer.text()}`);
  if (hash !== undefined)
    await rows.query('UPDATE users SET password_hash = $2 WHERE email = $1', [email, hash]);
  return email;
}

async function timed(email: string): Promise<number> {
  const since = performance.now();
  const answer = await post('/auth/login', { email, password: 'a wrong password, always' });
  await answer.text();
  if (answer.status !== 401) throw new Error(`a failed login answered ${answer.status}`);
  return performance.now() - since;
}

/** Returns how often a login of the second takes longer than one of the first. */
function areaUnderCurve(first: number[], second: number[]): number {
  let above = 0;
  for (const a of first) for (const b of second) above += b > a ? 1 : b === a ? 0.5 : 0;
  return above / (first.length * second.length);
}

const median = (times: number[]) => times.toSorted((a, b) => a - b)[times.length >> 1]?.toFixed(1);

interface Times {
  unknown: number[];
  known: number[];
}

/** The logins alternate in a changing order, so that the load of the machine affects both. */
async function compare(email: string): Promise<Times> {
  const times: Times = { unknown: [], known: [] };
  for (let n = 0; n < tries; n++) {
    for (const who of n % 2 ? (['unknown', 'known'] as const) : (['known', 'unknown'] as const))
      times[who].push(await timed(who === 'known' ? email : `nobody${n}@example.com`));
  }
  return times;
}

async function judge(name: string, email: string): Promise<boolean> {
  const { unknown, known } = await compare(email);
  const area = areaUnderCurve(unknown, known);
  const passed = area >= LEAST && area <= MOST;
  console.log(
    `${passed ? 'ok  ' : 'FAIL'} ${name.padEnd(28)} AUC ${area.toFixed(3)}  median ${median(known)} ms, unknown ${median(unknown)} ms`,
  );
  return passed;
}

const verdicts: boolean[] = [];
const modern = await account('argon2id');
const passwordless = await account('passwordless', null);
verdicts.push(await judge('argon2id', modern));
verdicts.push(await judge('no password', passwordless));
const ten = await account('bcrypt10', bcrypt.hashSync(PASSWORD, 10));
verdicts.push(await judge('bcrypt 10', ten));
const twelve = await account('bcrypt12', bcrypt.hashSync(PASSWORD, 12));
verdicts.push(await judge('bcrypt 12', twelve));
verdicts.push(await judge('bcrypt 10 beside bcrypt 12', ten));
verdicts.push(await judge('argon2id beside bcrypt 12', modern));

await rows.end();
await galley.stop();
await database.release();
remove();
process.exit(verdicts.every(Boolean) ? 0 : 1);
