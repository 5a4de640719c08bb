import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { DeployedProcess } from './deployment.ts';
import { type Answer, Writer } from './writer.ts';

const TAGS = 40;
const pick = <T>(all: T[]): T | undefined => all[Math.floor(Math.random() * all.length)];
const chance = (share: number) => Math.random() < share;

type Operation = (by: Person) => Promise<Answer | undefined>;

/** An account, with its token at every server. */
interface Person {
  id: string;
  email: string;
  role: 'author' | 'editor' | 'user' | 'admin';
  token: string;
}

/** Changes of all kinds in random order, which are repeated until they are answered, also by a process that was killed. */
export class MirroredWrites {
  readonly people: Person[];
  readonly posts: string[] = [];
  readonly comments: string[] = [];
  /** Responses with 500 and above. */
  readonly failures: string[] = [];
  done = 0;
  private readonly servers: DeployedProcess[];
  private readonly slugs = new Set<string>();
  private serial = 0;

  private constructor(servers: DeployedProcess[], people: Person[]) {
    this.servers = servers;
    this.people = people;
  }

  static async open(servers: DeployedProcess[], pool: Pool): Promise<MirroredWrites> {
    const roles = [
      'admin',
      'editor',
      'editor',
      'author',
      'author',
      'author',
      'user',
      'user',
      'user',
    ] as const;
    const people: Person[] = [];
    for (const [n, role] of roles.entries()) {
      const email = `${role}${n}@example.com`;
      const { token = '' } = await Writer.signUp(servers[0] as DeployedProcess, email);
      await pool.query('UPDATE users SET role = $2 WHERE email = $1', [email, role]);
      const { rows } = await pool.query<{ id: string }>('SELECT id FROM users WHERE email = $1', [email]);
      people.push({ id: rows[0]?.id ?? '', email, role, token });
    }
    return new MirroredWrites(servers, people);
  }

  one(role: Person['role']): Person {
    const found = this.people.find((person) => person.role === role);
    if (!found) throw new Error(`there is no ${role}`);
    return found;
  }

  /** One writer: it writes until the signal aborts. */
  async write(signal: AbortSignal): Promise<void> {
    const weights: [number, Operation][] = [
      [25, (by) => this.create(by)],
      [18, (by) => this.edit(by)],
      [18, (by) => this.act(by)],
      [3, (by) => this.send(by, `posts/${pick(this.posts)}`, undefined, 'DELETE')],
      [22, (by) => this.comment(by)],
      [5, (by) => this.send(by, `comments/${pick(this.comments)}`, { body: this.text() }, 'PATCH')],
      [7, (by) => this.moderate(by)],
      [4, (by) => this.send(by, `comments/${pick(this.comments)}`, undefined, 'DELETE')],
      [1.5, (by) => this.renameTag(by)],
      [0.5, () => this.mergeTag()],
      [0.5, () => this.send(this.one('editor'), `tags/${this.slug()}`, undefined, 'DELETE')],
      [1, (by) => this.send(by, 'users/me', { name: `Name ${this.serial++}` }, 'PATCH')],
      [0.5, () => this.toggleAccount()],
    ];
    const sum = weights.reduce((total, [weight]) => total + weight, 0);
    while (!signal.aborted) {
      let at = Math.random() * sum;
      const chosen = weights.find(([weight]) => (at -= weight) < 0)?.[1];
      const person = pick(this.people.slice(0, -1)); // The last one is disabled at times.
      if (person) await chosen?.(person);
      this.done++;
      await delay(Math.random() * 5);
    }
  }

  text(): string {
    return `Words *${this.serial++}*.`;
  }

  private async create(by: Person): Promise<Answer | undefined> {
    if (by.role === 'user') return this.comment(by);
    const status = pick(['draft', 'published', 'published', 'scheduled']);
    const soon = new Date(Date.now() + 2000 + Math.random() * 10_000).toISOString();
    const answer = await this.send(by, 'posts', {
      title: `Post ${this.serial++}`,
      body: this.text(),
      type: chance(0.1) ? 'page' : 'post',
      tags: this.tags(),
      ...(chance(0.2) && { meta: { mood: `${this.serial++}` } }),
      status,
      ...(status === 'scheduled' && { scheduledAt: soon }),
    });
    if (answer?.status !== 201) return answer;
    const { id, tags } = JSON.parse(answer.text) as { id: string; tags: { slug: string }[] };
    this.posts.push(id);
    for (const { slug } of tags) this.slugs.add(slug);
    return answer;
  }

  private edit(by: Person): Promise<Answer | undefined> {
    const changes = pick([{ title: `Title ${this.serial++}` }, { body: this.text() }, { tags: this.tags() }]);
    return this.send(by, `posts/${pick(this.posts)}`, changes, 'PATCH');
  }

  private act(by: Person): Promise<Answer | undefined> {
    const action = pick(['publish', 'publish', 'unpublish', 'unpublish', 'archive', 'restore', 'schedule']);
    const at = new Date(Date.now() + 1000 + Math.random() * 5000).toISOString();
    return this.send(by, `posts/${pick(this.posts)}/${action}`, action === 'schedule' ? { at } : undefined);
  }

  private async comment(by: Person): Promise<Answer | undefined> {
    const parentId = chance(0.4) ? pick(this.comments.slice(-30)) : undefined;
    // Most comments are on few posts, so that replies have their parents.
    const path = `posts/${pick(this.posts.slice(-80))}/comments`;
    const answer = await this.send(by, path, { body: this.text(), ...(parentId && { parentId }) });
    if (answer?.status === 400 && parentId) return this.send(by, path, { body: this.text() });
    if (answer?.status === 201) this.comments.push((JSON.parse(answer.text) as { id: string }).id);
    return answer;
  }

  private moderate(by: Person): Promise<Answer | undefined> {
    const status = pick(['visible', 'hidden', 'pending']);
    return this.send(by, `comments/${pick(this.comments)}/moderate`, { status });
  }

  private renameTag(by: Person): Promise<Answer | undefined> {
    const name = `Renamed ${this.serial++}`;
    return this.send(by, `tags/${this.slug()}`, { name }, 'PATCH');
  }

  private mergeTag(): Promise<Answer | undefined> {
    return this.send(this.one('editor'), `tags/${this.slug()}/merge`, { into: this.slug() });
  }

  private async toggleAccount(): Promise<Answer | undefined> {
    const last = this.people.at(-1);
    return this.send(this.one('admin'), `users/${last?.id}/${pick(['disable', 'enable'])}`);
  }

  private slug(): string {
    return pick([...this.slugs]) ?? 'none';
  }

  private tags(): string[] {
    const count = Math.floor(Math.random() * 4);
    return [...new Set(Array.from({ length: count }, () => `Tag ${Math.floor(Math.random() * TAGS)}`))];
  }

  private async send(by: Person, path: string, body?: object, method?: string): Promise<Answer | undefined> {
    const server = pick(this.servers);
    if (!server || path.includes('undefined')) return undefined;
    const answer = await new Writer(server, by.token).write(`/api/v1/${path}`, body, method).untilAnswered();
    if (answer.status >= 500) this.failures.push(`${method ?? 'POST'} ${path}: ${answer.text}`);
    return answer;
  }
}
