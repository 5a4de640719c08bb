/**
 * Clients write with Idempotency-Key and repeat each write until it is acknowledged, while the process is
 * repeatedly killed and PostgreSQL is killed or stopped immediately (SIGQUIT). At the end, every write must exist
 * once and complete. `npm run test:heavy -- ledger [writes, default 10000]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool, QueryResultRow } from 'pg';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { audit, type Stored } from './ledger-audit.ts';
import type { GalleyProcess } from './process.ts';
import { openGalley, openPool } from './serving.ts';
import { type Made, Writer } from './writer.ts';

const CLIENTS = 8;
/** The maximum time in milliseconds between two faults. */
const LONGEST_PEACE_MS = 1000;
const SETTINGS = { JWT_EXPIRES_IN: '24h' };

type Fault = () => Promise<void>;

export const ledger: HeavyTest = async ([writes = '10000'], closing) => {
  const { galley, folder } = await openGalley(closing, SETTINGS);
  const pool = await openPool(closing, folder);
  const writer = await Writer.signUp(galley, 'ledger@example.com');
  const discussed = await writer.make('/api/v1/posts', { title: 'Discussed', body: '' });
  await writer.make(`/api/v1/posts/${discussed.id}/publish`);

  const clients = new Clients(writer, discussed.id, Number(writes));
  const inflicted = await inflictUntil(clients, Object.entries(faultsOf(galley)));
  const found = audit(clients, await stored(pool, discussed.id));
  const { lost, doubled, halfDone } = found;
  console.log(
    `${clients.acknowledged} acknowledged writes (${clients.repeated} of them by a repeated answer), faults ${JSON.stringify(inflicted)}: ` +
      `${lost} lost, ${doubled} doubled, ${halfDone} half done`,
  );
  return faultsAmong([
    lost + doubled + halfDone > 0 && 'acknowledged writes are not there once and whole',
    clients.acknowledged !== Number(writes) && `${clients.acknowledged} of ${writes} were acknowledged`,
  ]);
};

const faultsOf = (galley: GalleyProcess): Record<string, Fault> => ({
  async 'process killed'() {
    galley.child.kill('SIGKILL');
    await galley.exited;
    await galley.start(SETTINGS);
  },
  async 'postmaster stopped at once'() {
    const [postmaster] = galley.databasePids();
    if (postmaster) process.kill(postmaster, 'SIGQUIT');
    await readyAgain(galley);
  },
  async 'database killed'() {
    for (const pid of galley.databasePids()) kill(pid);
    await readyAgain(galley);
  },
  async 'both killed'() {
    await galley.killTree(Math.random() < 0.5);
    await galley.start(SETTINGS);
  },
});

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process ended with the postmaster.
  }
}

async function readyAgain(galley: GalleyProcess): Promise<void> {
  await delay(50); // The process must notice the fault first.
  await galley.untilReady();
}

/** @returns how often each fault was inflicted until the clients were done */
async function inflictUntil(clients: Clients, faults: [string, Fault][]): Promise<Record<string, number>> {
  const inflicted: Record<string, number> = {};
  let working = true;
  const done = clients.work().finally(() => (working = false));
  for (let n = 0; ; n++) {
    await Promise.race([done, delay(50 + Math.random() * LONGEST_PEACE_MS)]);
    if (!working) break;
    const [name, inflict] = faults[n % faults.length] ?? [];
    if (!name || !inflict) break;
    await inflict();
    inflicted[name] = (inflicted[name] ?? 0) + 1;
    if ((n + 1) % 20 === 0) console.log(`${n + 1} faults, ${clients.acknowledged} acknowledged`);
  }
  await done;
  return inflicted;
}

class Clients {
  readonly posts = new Set<string>();
  readonly comments = new Set<string>();
  repeated = 0;
  private begun = 0;
  private readonly writer: Writer;
  private readonly discussed: string;
  private readonly writes: number;

  constructor(writer: Writer, discussed: string, writes: number) {
    this.writer = writer;
    this.discussed = discussed;
    this.writes = writes;
  }

  get acknowledged(): number {
    return this.posts.size + this.comments.size;
  }

  async work(): Promise<void> {
    await Promise.all(Array.from({ length: CLIENTS }, () => this.one()));
  }

  private async one(): Promise<void> {
    while (this.begun < this.writes) {
      const n = this.begun++;
      const isComment = n % 4 === 3;
      const write = isComment ? this.comment(n) : this.post(n);
      const { status, text, replayed } = await write.untilAnswered();
      if (status !== 201) throw new Error(`write ${n}: ${status} ${text}`);
      if (replayed) this.repeated++;
      (isComment ? this.comments : this.posts).add((JSON.parse(text) as Made).id);
    }
  }

  private comment(n: number) {
    return this.writer.write(`/api/v1/posts/${this.discussed}/comments`, { body: `comment ${n}` });
  }

  private post(n: number) {
    return this.writer.write('/api/v1/posts', {
      title: `ledger ${n}`,
      body: 'x'.repeat(300),
      tags: [`tag ${n % 50}`, `other ${n % 7}`],
    });
  }
}

async function stored(pool: Pool, discussed: string): Promise<Stored> {
  const rows = async <Row extends QueryResultRow>(text: string, ...values: unknown[]): Promise<Row[]> =>
    (await pool.query<Row>(text, values)).rows;
  const [discussion] = await rows<{ counted: number }>(
    'SELECT comment_count AS counted FROM posts WHERE id = $1',
    discussed,
  );
  return {
    posts: await rows(
      `SELECT p.id, p.title, count(pt.*)::int AS tags FROM posts p LEFT JOIN post_tags pt ON pt.post_id = p.id
       WHERE p.title LIKE 'ledger %' GROUP BY p.id`,
    ),
    comments: await rows('SELECT id FROM comments WHERE post_id = $1', discussed),
    commentCount: discussion?.counted ?? NaN,
    recorded: await rows(`SELECT resource_id AS id FROM idempotency_keys WHERE status = 201`),
  };
}
