/**
 * Kills the process with SIGKILL at random times during a write with an Idempotency-Key, and sends the write again
 * after the restart. The write must have exactly one effect, and the first response must be repeated if there was
 * one.
 * `npm run test:heavy -- idempotency-kill [kills, default 200]`
 */
import { randomUUID } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { type KeyedWrite, Writer } from './writer.ts';
import { freePort } from '../support/loopback.ts';

const kills = Number(process.argv[2] ?? 200);
/** A factor of the duration of the previous write, so that some kills happen after the response. */
const LATEST = 1.3;

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
const limits = { REGISTER_RATE_LIMIT_MAX: '1000000', RATE_LIMIT_WRITE_MAX: '1000000' };
const start = () => galley.start({ ...limits, JWT_EXPIRES_IN: '24h' });
await start();
// The database continues after the process is killed.
const database = await EmbeddedPostgres.open({ dataDir: folder });
const pool = new pg.Pool({ connectionString: database.url });
const count = async (text: string, ...values: unknown[]): Promise<number> =>
  (await pool.query<{ n: number }>(`SELECT (${text})::int AS n`, values)).rows[0]?.n ?? 0;

interface Counted {
  write: KeyedWrite;
  /** Returns how many times the write has had its effect. */
  effects: () => Promise<number>;
}
type MakeWrite = () => Promise<Counted>;

const writer = await Writer.signUp(galley, 'kill@example.com');
const published = async (title: string) => {
  const post = await writer.make('/api/v1/posts', { title, body: 'Words.' });
  await writer.make(`/api/v1/posts/${post.id}/publish`);
  return post;
};

/** Each kind creates a write and counts its effects, which must be 1. */
const KINDS: Record<string, MakeWrite> = {
  // eslint-disable-next-line @typescript-eslint/require-await -- as the others
  async post() {
    const title = `post ${randomUUID()}`;
    const write = writer.write('/api/v1/posts', { title, body: 'x'.repeat(500), tags: [`tag ${title}`] });
    const effects = () =>
      count(
        `SELECT count(*) FROM posts p JOIN post_tags pt ON pt.post_id = p.id JOIN tags t ON t.id = pt.tag_id WHERE p.title = $1`,
        title,
      );
    return { write, effects };
  },
  async publish() {
    const { id, version } = await writer.make('/api/v1/posts', {
      title: `publish ${randomUUID()}`,
      body: '',
    });
    const effects = () =>
      count(`SELECT version - $2 FROM posts WHERE id = $1 AND status = 'published'`, id, version);
    return { write: writer.write(`/api/v1/posts/${id}/publish`), effects };
  },
  async comment() {
    const { id } = await published(`comment ${randomUUID()}`);
    const effects = () =>
      count(
        `SELECT CASE WHEN comment_count = (SELECT count(*) FROM comments WHERE post_id = $1) THEN comment_count ELSE -1 END FROM posts WHERE id = $1`,
        id,
      );
    return { write: writer.write(`/api/v1/posts/${id}/comments`, { body: 'Well said.' }), effects };
  },
  async archive() {
    const { id } = await published(`archive ${randomUUID()}`);
    const effects = () => count(`SELECT version - 2 FROM posts WHERE id = $1 AND status = 'archived'`, id);
    return { write: writer.write(`/api/v1/posts/${id}/archive`), effects };
  },
};

/** Returns the duration of a write of this kind in a process that has just performed one. */
async function usualMs(make: MakeWrite): Promise<number> {
  let took = 0;
  for (let n = 0; n < 2; n++) {
    const { write } = await make();
    const since = performance.now();
    await write.untilAnswered();
    took = performance.now() - since;
  }
  return took;
}

const seen = { 'before any effect': 0, 'after the effect, unanswered': 0, 'after the answer': 0 };
const faults: string[] = [];
const kinds = Object.entries(KINDS);
for (let round = 0; round < kills; round++) {
  const [kind, make] = kinds[round % kinds.length] ?? [];
  if (!kind || !make) break;
  const usual = await usualMs(make);
  const { write, effects } = await make();
  const at = performance.now() + Math.random() * usual * LATEST;
  const sending = write.send();
  while (performance.now() < at) await nextTurn();
  galley.child.kill('SIGKILL');
  const [first] = await Promise.all([sending, galley.exited]);
  await start();

  const answer = await write.untilAnswered();
  const done = await effects();
  const again = await write.untilAnswered();
  if (first && first.status < 300) seen['after the answer']++;
  else seen[answer.replayed ? 'after the effect, unanswered' : 'before any effect']++;
  const fault = (what: string) => faults.push(`round ${round}, ${kind}, ${write.key}: ${what}`);
  if (answer.status >= 300) fault(`the retry is ${answer.status} ${answer.text}`);
  if (done !== 1) fault(`${done} effects`);
  if (first && first.status >= 300) fault(`the first answer is ${first.status}`);
  if (first && (!answer.replayed || answer.text !== first.text))
    fault('the retry does not repeat the first answer');
  if (!again.replayed || again.text !== answer.text) fault('a third request is answered otherwise');
  if ((round + 1) % 20 === 0)
    console.log(`${round + 1} kills`, JSON.stringify(seen), `${faults.length} faults`);
}

await pool.end();
await galley.stop();
await database.release();
remove();
for (const fault of faults) console.error(fault);
console.log(`${kills} kills:`, JSON.stringify(seen), `${faults.length} faults`);
process.exit(faults.length === 0 ? 0 : 1);
