import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SessionsService } from '../../src/auth/sessions.service.js';
import type { Role } from '../../src/platform/http/access/principal.js';
import type { CommentView } from '../../src/comments/comments.schemas.js';
import type { PostStatus } from '../../src/posts/post-fields.schemas.js';
import type { PostView } from '../../src/posts/post-view.schemas.js';
import type { TagView } from '../../src/tags/tags.schemas.js';
import { Client } from './client.js';
import type { TestDatabase } from './database.js';

export interface Person {
  id: string;
  name: string;
  email: string;
  role: Role;
  token: string;
  refreshToken: string;
}

type PostGiven = Partial<
  Pick<PostView, 'title' | 'body' | 'bodyFormat' | 'type' | 'excerpt' | 'slug' | 'meta'>
> & {
  author?: Person;
  status?: PostStatus;
  tags?: string[];
  publishedAt?: string;
};

const STEPS: Record<PostStatus, string[]> = {
  draft: [],
  scheduled: [],
  published: ['publish'],
  archived: ['archive'],
};

/** Creates the resources of a test, with default values for everything else. */
export class Builders {
  private count = 0;

  constructor(
    private readonly app: NestFastifyApplication,
    private readonly database: TestDatabase,
    private readonly url: string,
  ) {}

  /** Returns a signed-in account. It has no password; a test of the login registers one. */
  async aUser(
    given: Partial<Pick<Person, 'name' | 'email' | 'role'>> & { active?: boolean } = {},
  ): Promise<Person> {
    const n = ++this.count;
    const { name = `Person ${n}`, email = `person${n}@example.com`, role = 'author', active = true } = given;
    const id = randomUUID();
    await this.database.query(
      'INSERT INTO users (id, name, email, role, active) VALUES ($1, $2, $3, $4, $5)',
      [id, name, email, role, active],
    );
    const tokens = await this.app.get(SessionsService).begin(id, 'test');
    return { id, name, email, role, token: tokens.accessToken, refreshToken: tokens.refreshToken };
  }

  async aPost({ author, status = 'draft', publishedAt, ...given }: PostGiven = {}): Promise<
    PostView & { by: Person }
  > {
    const by = author ?? (await this.aUser());
    const client = new Client(this.url, by.token);
    const made = await client
      .post('/api/v1/posts', { title: `Post ${++this.count}`, body: 'Words.', ...given })
      .expect<PostView>(201);
    let post = made.body;
    for (const step of STEPS[status])
      post = (await client.post(`/api/v1/posts/${post.id}/${step}`).expect<PostView>(200)).body;
    if (status === 'scheduled') {
      await this.database.query(
        `UPDATE posts SET status = 'scheduled', scheduled_at = now() + interval '1 day' WHERE id = $1`,
        [post.id],
      );
    }
    if (publishedAt)
      await this.database.query('UPDATE posts SET published_at = $2 WHERE id = $1', [post.id, publishedAt]);
    if (status === 'scheduled' || publishedAt)
      post = (await client.get(`/api/v1/posts/${post.id}`).expect<PostView>(200)).body;
    return { ...post, by };
  }

  async aComment(
    given: { post?: PostView; author?: Person; body?: string; parentId?: string } = {},
  ): Promise<CommentView & { by: Person }> {
    const post = given.post ?? (await this.aPost({ status: 'published' }));
    const by = given.author ?? (await this.aUser({ role: 'user' }));
    const made = await new Client(this.url, by.token)
      .post(`/api/v1/posts/${post.id}/comments`, {
        body: given.body ?? 'Well said.',
        parentId: given.parentId,
      })
      .expect<CommentView>(201);
    return { ...made.body, by };
  }

  async aTag(given: { name?: string; description?: string } = {}): Promise<TagView> {
    const editor = await this.aUser({ role: 'editor' });
    const made = await new Client(this.url, editor.token)
      .post('/api/v1/tags', { name: `Tag ${++this.count}`, ...given })
      .expect<TagView>(201);
    return made.body;
  }
}
