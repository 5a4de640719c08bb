import { setTimeout as delay } from 'node:timers/promises';
import {
  type Change,
  type ChangeOf,
  type Comment,
  type Galley,
  isChangeOf,
  type Post,
  ProblemError,
} from '../../clients/typescript/src/galley.ts';

type Tag = NonNullable<ChangeOf<'tag'>['data']>;
type User = NonNullable<ChangeOf<'user'>['data']>;

/** Processes hear within a second of what others have changed, and their caches of public reads with them. */
const HEARD_MS = 1000;
const PATIENCE = { deadline: 120_000, retries: 1000 };

/** A copy of what one caller can read, which is kept by the rules of docs/guide/changes.md. */
export class Mirror {
  readonly posts = new Map<string, Post>();
  readonly comments = new Map<string, Comment>();
  readonly tags = new Map<string, Tag>();
  readonly users = new Map<string, User>();
  private readonly isPublic: boolean;
  /** Posts whose comments must be read. */
  private readonly appeared = new Set<string>();
  /** Posts that must be read again. */
  private readonly unsure = new Set<string>();

  /** @param isPublic true if its reads can come from the caches of the servers */
  constructor(isPublic: boolean) {
    this.isPublic = isPublic;
  }

  /** Applies the changes of one response, and reads what it contains no changes of. */
  async apply(changes: Change[], galley: Galley): Promise<void> {
    for (const change of changes) this.applyOne(change);
    const isUnsure = this.unsure.size > 0;
    if (isUnsure && this.isPublic) await delay(HEARD_MS);
    for (const id of this.unsure) await this.readPost(id, galley);
    this.unsure.clear();
    const unknown = this.forgetUnusedTags();
    if (this.appeared.size === 0 && unknown.length === 0) return;
    if (!isUnsure && this.isPublic) await delay(HEARD_MS);
    for (const id of this.appeared) await this.readComments(id, galley);
    this.appeared.clear();
    for (const slug of unknown) await this.readTag(slug, galley);
  }

  private applyOne(change: Change): void {
    if (isChangeOf(change, 'post')) this.applyPost(change);
    else if (isChangeOf(change, 'comment')) this.applyComment(change);
    else if (isChangeOf(change, 'tag')) this.applyTag(change);
    else if (isChangeOf(change, 'user')) this.applyUser(change);
  }

  private applyPost({ type, resource: { id }, data }: ChangeOf<'post'>): void {
    if (data) {
      if (type === 'post.published' || !this.posts.has(id)) this.appeared.add(id);
      this.posts.set(id, data);
      return;
    }
    this.posts.delete(id);
    this.appeared.delete(id);
    this.dropComments(id);
  }

  private applyComment({ resource: { id }, data }: ChangeOf<'comment'>): void {
    if (data) this.comments.set(id, data);
    else this.comments.delete(id);
  }

  private applyTag({ type, resource: { id: slug }, data, reused }: ChangeOf<'tag'>): void {
    if (reused) {
      for (const [id, { tags = [] }] of this.posts)
        if (tags.some((tag) => tag.slug === slug)) this.unsure.add(id);
    } else if (type === 'tag.updated' && data) {
      this.tags.set(slug, data);
      this.changeTags(slug, (tag) => ({ ...tag, name: data.name }));
    } else if (type === 'tag.deleted') this.changeTags(slug, () => undefined);
    else if (type === 'tag.merged' && data)
      this.changeTags(slug, (tag, others) =>
        others.some((other) => other.slug === data.slug)
          ? undefined
          : { ...tag, slug: data.slug, name: data.name },
      );
  }

  private changeTags(slug: string, change: (tag: PostTag, all: PostTag[]) => PostTag | undefined): void {
    for (const [id, post] of this.posts) {
      const { tags = [] } = post;
      if (!tags.some((tag) => tag.slug === slug)) continue;
      const changed = tags.map((tag) => (tag.slug === slug ? change(tag, tags) : tag));
      this.posts.set(id, { ...post, tags: changed.filter((tag) => tag !== undefined) });
    }
  }

  private applyUser({ resource: { id }, data }: ChangeOf<'user'>): void {
    if (!data) return;
    this.users.set(id, data);
    const { name, avatarUrl } = data;
    for (const [postId, post] of this.posts)
      if (post.author?.id === id)
        this.posts.set(postId, { ...post, author: { ...post.author, name, avatarUrl } });
    for (const [commentId, comment] of this.comments)
      if (comment.author?.id === id)
        this.comments.set(commentId, { ...comment, author: { ...comment.author, name } });
  }

  /** @returns the slugs of tags that are new */
  private forgetUnusedTags(): string[] {
    const used = new Set([...this.posts.values()].flatMap(({ tags = [] }) => tags.map(({ slug }) => slug)));
    for (const slug of this.tags.keys()) if (!used.has(slug)) this.tags.delete(slug);
    return [...used].filter((slug) => !this.tags.has(slug));
  }

  private dropComments(postId: string): void {
    for (const [id, comment] of this.comments) if (comment.postId === postId) this.comments.delete(id);
  }

  private async readPost(id: string, galley: Galley): Promise<void> {
    if (!this.posts.has(id)) return;
    const found = await ifThere(galley.posts.get(id, PATIENCE));
    if (found) this.posts.set(id, found); // Otherwise a later change says that it is gone.
  }

  private async readComments(postId: string, galley: Galley): Promise<void> {
    const found = await ifThere(allOf(galley.comments.list(postId, { limit: 100 }, PATIENCE)));
    if (!found) return; // A later change says that the post is gone.
    this.dropComments(postId);
    for (const comment of found) this.comments.set(comment.id, comment);
  }

  private async readTag(slug: string, galley: Galley): Promise<void> {
    const found = await ifThere(galley.tags.get(slug, PATIENCE));
    if (!found) return;
    const { postCount: _postCount, ...tag } = found;
    this.tags.set(slug, tag);
  }
}

type PostTag = NonNullable<Post['tags']>[number];

export async function allOf<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

const ifThere = <T>(reading: Promise<T>): Promise<T | undefined> =>
  reading.catch((error: unknown) => {
    if (error instanceof ProblemError && error.status === 404) return undefined;
    throw error;
  });
