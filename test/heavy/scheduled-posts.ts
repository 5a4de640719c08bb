import { setTimeout as delay } from 'node:timers/promises';
import { Galley } from '../../clients/typescript/src/galley.ts';
import type { Arrivals } from './arrivals.ts';
import type { DeployedProcess, Deployment } from './deployment.ts';
import { type Made, Writer } from './writer.ts';

const MINUTE_MS = 60_000;
/** The time for scheduling all posts and reading them in each process, as a multiple of that for writing half as many drafts. */
const LEAD = 6;
const LEAST_LEAD_MS = 10_000;
const AT_A_TIME = 8;
const MOST_WAIT_MS = 60_000;
/** A request of a killed process is sent again when its lease ends. */
const MOST_DELIVERY_MS = 120_000;

/** What was found after the minute. Times are in seconds after it, or after the end of an outage. */
export interface Published {
  published: number;
  /** Posts whose `publishedAt` is the scheduled time, in the database and in every process. */
  exact: number;
  events: number;
  entries: number;
  changes: number;
  /** Posts whose event the receiver of a webhook got. */
  delivered: number;
  /** Posts with more than one event, entry or version. */
  doubled: number;
  /** Posts that a process does not show. */
  hidden: number;
  firstS: number;
  lastS: number;
}

/** Posts that are scheduled for the same minute. */
export class ScheduledPosts {
  readonly minute: number;
  private readonly posts: Made[];
  private readonly cursor: string;
  private readonly deployment: Deployment;
  private lastSeen: Promise<number> | undefined;

  private constructor(deployment: Deployment, minute: number, posts: Made[], cursor: string) {
    this.deployment = deployment;
    this.minute = minute;
    this.posts = posts;
    this.cursor = cursor;
  }

  static author(galley: DeployedProcess): Promise<Writer> {
    return Writer.signUp(galley, 'schedule@example.com');
  }

  /** Half of them are created as scheduled, and the others are scheduled afterwards. */
  static async make(
    deployment: Deployment,
    { galley, token }: Writer,
    count: number,
  ): Promise<ScheduledPosts> {
    const cursor = await new Galley(galley.url).changes.cursor();
    const writer = new Writer(galley, token);
    const fields = (n: number) => ({ title: `Scheduled ${n}`, body: 'Words.', tags: [`tag ${n % 9}`] });
    const half = Math.floor(count / 2);
    const since = performance.now();
    const drafts = await inParallel(half, (n) => writer.make('/api/v1/posts', fields(n)));
    const leadMs = LEAST_LEAD_MS + LEAD * (performance.now() - since);
    const minute = Math.ceil((Date.now() + leadMs) / MINUTE_MS) * MINUTE_MS;
    const at = new Date(minute).toISOString();
    const posts = await inParallel(count, (n) => {
      const draft = drafts[n];
      if (draft) return writer.make(`/api/v1/posts/${draft.id}/schedule`, { at });
      return writer.make('/api/v1/posts', { ...fields(n), status: 'scheduled', scheduledAt: at });
    });
    if (Date.now() > minute - 1000) throw new Error('the posts were not scheduled in time');
    return new ScheduledPosts(deployment, minute, posts, cursor);
  }

  get count(): number {
    return this.posts.length;
  }

  /** Reads all of them in each process, which then have their absence in their caches. */
  async areHidden(processes: DeployedProcess[]): Promise<void> {
    for (const process of processes)
      if ((await this.shownBy(process)).length > 0) throw new Error('a post is public before its minute');
  }

  /** Waits until a share of the posts is published. */
  async untilPublished(share: number): Promise<void> {
    while ((await this.publishedIds()) < share * this.count) {
      if (Date.now() > this.minute + MOST_WAIT_MS) return;
      await delay(this.minute - Date.now() > 500 ? 200 : 10);
    }
  }

  /** Begins to look when the last of them is published. */
  watch(): void {
    this.lastSeen = this.untilPublished(1).then(() => Date.now());
  }

  /** @param processes those that still run */
  async published(processes: DeployedProcess[], heardMs: number, arrivals: Arrivals): Promise<Published> {
    const since = Math.max(this.minute, ...processes.map(({ readyAt }) => readyAt));
    const lastSeen = (await this.lastSeen) ?? NaN;
    await delay(heardMs);
    const shown = await Promise.all(processes.map((process) => this.shownBy(process)));
    const at = new Date(this.minute).toISOString();
    const exactIn = shown.map(
      (posts) => posts.filter((post) => Date.parse(post.publishedAt) === this.minute).length,
    );
    const changes = await Promise.all(processes.map((process) => this.changesIn(process)));
    const [row] = await this.deployment.query<Record<string, number>>(
      `SELECT count(*) FILTER (WHERE p.status = 'published')::int AS published,
         count(*) FILTER (WHERE p.published_at = $2)::int AS exact,
         sum(e.events)::int AS events, sum(a.entries)::int AS entries,
         count(*) FILTER (WHERE e.events > 1 OR a.entries > 1 OR p.version <> given.version + 1)::int AS doubled,
         extract(epoch FROM min(e.first) - $2)::float8 AS "firstS"
       FROM unnest($1::uuid[], $3::int[]) AS given(id, version) JOIN posts p ON p.id = given.id,
         LATERAL (SELECT count(*) AS events, min(occurred_at) AS first FROM events
           WHERE resource_id = p.id AND type = 'post.published' AND position IS NOT NULL) e,
         LATERAL (SELECT count(*) AS entries FROM audit_entries
           WHERE target_id = p.id::text AND action = 'post.published') a`,
      this.ids,
      at,
      this.posts.map(({ version }) => version),
    );
    const { published = 0, exact = 0, events = 0, entries = 0, doubled = 0, firstS = NaN } = row ?? {};
    return {
      ...{ published, events, entries, doubled },
      delivered: await this.deliveredTo(arrivals),
      exact: Math.min(exact, ...exactIn),
      changes: changes.every((count) => count === changes[0]) ? (changes[0] ?? 0) : NaN,
      hidden: Math.max(...shown.map((posts) => this.count - posts.length)),
      firstS: round(firstS),
      lastS: round((lastSeen - since) / 1000),
    };
  }

  private get ids(): string[] {
    return this.posts.map(({ id }) => id);
  }

  private async publishedIds(): Promise<number> {
    const [row] = await this.deployment.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM posts WHERE id = ANY($1::uuid[]) AND status = 'published'`,
      this.ids,
    );
    return row?.count ?? 0;
  }

  private async deliveredTo({ at }: Arrivals): Promise<number> {
    const delivered = () => this.ids.filter((id) => at.has(`${id} post.published`)).length;
    const until = performance.now() + MOST_DELIVERY_MS;
    while (delivered() < this.count && performance.now() < until) await delay(100);
    return delivered();
  }

  private async shownBy({ url }: DeployedProcess): Promise<{ publishedAt: string }[]> {
    const answers = await inParallel(this.count, async (n) => {
      const answer = await fetch(`${url}/api/v1/posts/${this.posts[n]?.slug}`);
      return answer.ok ? ((await answer.json()) as { publishedAt: string }) : undefined;
    });
    return answers.filter((post) => post !== undefined);
  }

  /** Returns how many changes the feed has, each of another post. NaN if one of them is repeated. */
  private async changesIn({ url }: DeployedProcess): Promise<number> {
    const { changes } = new Galley(url);
    const seen: string[] = [];
    for (let cursor = this.cursor, hasMore = true; hasMore;) {
      const { data, meta } = await changes.read({ cursor, types: ['post.published'] });
      seen.push(...data.map(({ resource }) => resource.id));
      ({ nextCursor: cursor, hasMore } = meta);
    }
    const own = seen.filter((id) => this.ids.includes(id));
    return own.length === new Set(own).size ? own.length : NaN;
  }
}

const round = (seconds: number) => Math.round(seconds * 1000) / 1000;

async function inParallel<T>(count: number, work: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const one = async () => {
    while (next < count) {
      const n = next++;
      results[n] = await work(n);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, one));
  return results;
}
