import {
  ConnectionError,
  type Galley,
  type Post,
  type ProblemError,
} from '../../clients/typescript/src/galley.ts';

/** What the server has acknowledged. */
export interface Made {
  /** The version of each post after its last acknowledged change. */
  posts: Map<string, number>;
  comments: Set<string>;
}

/** One tab of a front end. It writes, changes, publishes, comments and reads in turn. */
export class Caller {
  private readonly client: Galley;
  private readonly made: Made;
  private readonly counts: { repeatedByHand: number };
  /** The posts that no call of this tab is using. */
  private readonly posts: Post[] = [];

  constructor(client: Galley, made: Made, counts: { repeatedByHand: number }) {
    this.client = client;
    this.made = made;
    this.counts = counts;
  }

  /** Makes one call, which must succeed. Each fifth call creates the post of the next four. */
  call(n: number): Promise<void> {
    const post = n % 5 === 0 ? undefined : this.posts.pop();
    if (!post) return this.create(n);
    switch (n % 5) {
      case 1:
        return this.update(n, post);
      case 2:
        return this.toggle(post);
      case 3:
        return this.comment(n, post);
      default:
        return this.read(post);
    }
  }

  private async create(n: number): Promise<void> {
    const body = { title: `Post ${n}`, body: 'x'.repeat(300), tags: [`tag ${n % 20}`] };
    this.keep(await this.persist((idempotencyKey) => this.client.posts.create(body, { idempotencyKey })));
  }

  private async update(n: number, post: Post): Promise<void> {
    const change = { title: `Changed ${n}` };
    this.keep(
      await this.persist((idempotencyKey) => this.client.posts.update(post, change, { idempotencyKey })),
    );
  }

  private async toggle(post: Post): Promise<void> {
    const act = post.status === 'published' ? 'unpublish' : 'publish';
    this.keep(await this.persist((idempotencyKey) => this.client.posts[act](post, { idempotencyKey })));
  }

  private async comment(n: number, post: Post): Promise<void> {
    if (post.status !== 'published') return this.toggle(post); // Only published posts have comments.
    const body = { body: `Comment ${n}` };
    const { id } = await this.persist((idempotencyKey) =>
      this.client.comments.create(post, body, { idempotencyKey }),
    );
    this.made.comments.add(id);
    this.posts.push(post);
  }

  private async read(post: Post): Promise<void> {
    const { id, version } = await this.persist(() => this.client.posts.get(post.id));
    if (id !== post.id || version !== post.version)
      throw new Error(`read version ${version} of ${post.version}`);
    this.posts.push(post);
  }

  private keep(post: Post): void {
    this.made.posts.set(post.id, post.version);
    this.posts.push(post);
  }

  /** Continues a call that has used up its repetitions, with its key, as a person would click again. */
  private async persist<T>(send: (key: string | undefined) => Promise<T>): Promise<T> {
    for (let key: string | undefined; ; this.counts.repeatedByHand++) {
      try {
        return await send(key);
      } catch (error) {
        if (!(error instanceof ConnectionError) && (error as ProblemError).status !== 503) throw error;
        key = (error as ConnectionError).idempotencyKey;
      }
    }
  }
}
