/**
 * Clients write with Idempotency-Key and repeat each write until it is acknowledged, while the process is
 * repeatedly killed and PostgreSQL is killed or stopped immediately (SIGQUIT). At the end, every write must exist
 * once and complete. `npm run test:heavy -- ledger [writes, default 10000]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { EmbeddedPostgres } from '#dist/platform/database/embedded/embedded-postgres.js';
import { GalleyProcess, temporaryFolder } from './process.ts';
import { type Made, Writer } from './writer.ts';
import { freePort } from '../support/loopback.ts';

const writes = Number(process.argv[2] ?? 10_000);
const CLIENTS = 8;
/** The maximum time in milliseconds between two faults. */
const LONGEST_PEACE_MS = 1000;

const { folder, remove } = temporaryFolder();
const galley = new GalleyProcess(folder, await freePort());
const start = () => galley.start({ JWT_EXPIRES_IN: '24h' });
await start();
/** // Another user of the same server, which starts it again after each kill. */
const database = await EmbeddedPostgres.open({ dataDir: folder });
const writer = await Writer.signUp(galley, 'ledger@example.com');
const discussed = await writer.make('/api/v1/posts', { title: 'Discussed', body: '' });
await writer.make(`/api/v1/posts/${discussed.id}/publish`);

const FAULTS: Record<string, () => Promise<void>> = {
  async 'process killed'() {
    galley.child.kill('SIGKILL');
    await galley.exited;
    await start();
  },
  async 'postmaster stopped at once'() {
    const [postmaster] = galley.databasePids();
    if (postmaster) process.kill(postmaster, 'SIGQUIT');
    await untilReady();
  },
  async 'database killed'() {
    for (const pid of galley.databasePids()) kill(pid);
    await untilReady();
  },
  async 'both killed'() {
    await galley.killTree(Math.random() < 0.5);
    await start();
  },
};

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process ended with the postmaster.
  }
}

async function untilReady() {
  await delay(50); // The process must notice the fault first.
  await galley.untilReady();
}

const posts = new Map<string, number>();
const comments = new Set<string>();
let begun = 0;
let repeated = 0;
async function work() {
  while (begun < writes) {
    const n = begun++;
    const write =
      n % 4 === 3
        ? writer.write(`/api/v1/posts/${discussed.id}/comments`, { body: `comment ${n}` })
        : writer.write('/api/v1/posts', {
            title: `ledger ${n}`,
            body: 'x'.repeat(300),
            tags: [`tag ${n % 50}`, `other ${n % 7}`],
          });
    const { status, text, replayed } = await write.untilAnswered();
    if (status !== 201) throw new Error(`write ${n}: ${status} ${text}`);
    if (replayed) repeated++;
    const { id } = JSON.parse(text) as Made;
    if (n % 4 === 3) comments.add(id);
    else posts.set(id, n);
  }
}

const inflicted: Record<string, number> = {};
const kinds = Object.entries(FAULTS);
let working = true;
const clients = Promise.all(Array.from({ length: CLIENTS }, work)).finally(() => (working = false));
for (let n = 0; ; n++) {
  await Promise.race([clients, delay(50 + Math.random() * LONGEST_PEACE_MS)]);
  if (!working) break;
  const [name, inflict] = kinds[n % kinds.length] ?? [];
  if (!name || !inflict) break;
  await inflict();
  inflicted[name] = (inflicted[name] ?? 0) + 1;
  if ((n + 1) % 20 === 0) console.log(`${n + 1} faults, ${posts.size + comments.size} acknowledged`);
}
await clients;

const pool = new pg.Pool({ connectionString: database.url });
const rows = async <Row extends pg.QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> =>
  (await pool.query<Row>(text, values)).rows;
const storedPosts = await rows<{ id: string; title: string; tags: number }>(
  `SELECT p.id, p.title, count(pt.*)::int AS tags FROM posts p LEFT JOIN post_tags pt ON pt.post_id = p.id
   WHERE p.title LIKE 'ledger %' GROUP BY p.id`,
);
const storedComments = await rows<{ id: string }>('SELECT id FROM comments WHERE post_id = $1', discussed.id);
const [discussion] = await rows<{ counted: number }>(
  'SELECT comment_count AS counted FROM posts WHERE id = $1',
  discussed.id,
);
const recorded = new Set(
  (await rows<{ id: string }>(`SELECT resource_id AS id FROM idempotency_keys WHERE status = 201`)).map(
    ({ id }) => id,
  ),
);
await pool.end();
await galley.stop();
await database.release();
remove();

const present = new Set([...storedPosts, ...storedComments].map(({ id }) => id));
const acknowledged = [...posts.keys(), ...comments];
const lost = acknowledged.filter((id) => !present.has(id)).length;
const doubled = present.size - new Set([...storedPosts.map(({ title }) => title), ...comments]).size;
const halfDone =
  storedPosts.filter(({ tags }) => tags !== 2).length +
  [...present].filter((id) => !recorded.has(id)).length +
  Math.abs((discussion?.counted ?? NaN) - storedComments.length);
console.log(
  `${acknowledged.length} acknowledged writes (${repeated} of them by a repeated answer), faults ${JSON.stringify(inflicted)}: ` +
    `${lost} lost, ${doubled} doubled, ${halfDone} half done`,
);
process.exit(lost + doubled + halfDone === 0 && acknowledged.length === writes ? 0 : 1);
