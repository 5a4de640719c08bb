import { Injectable } from '@nestjs/common';
import { ARCHIVE_FORMAT } from '../archive/archive.format.js';
import { CommentsService, type ExportedComment } from '../comments/comments.service.js';
import { Database } from '../platform/database/database.js';
import { type ExportedPost, PostsService } from '../posts/posts.service.js';
import { type ExportedTag, TagsService } from '../tags/tags.service.js';
import { type ExportedAuthor, WritersRepository } from './writers.repository.js';

export interface ExportOptions {
  /** Includes the email addresses of the authors. */
  emails?: boolean;
  /** Receives the number of completed posts and the number of all posts. */
  onProgress?: (done: number, total: number) => void;
}

/** Exports posts, pages and comments in every state, with their tags and authors, as lines of JSON. */
@Injectable()
export class ExportService {
  constructor(
    private readonly database: Database,
    private readonly writers: WritersRepository,
    private readonly tags: TagsService,
    private readonly posts: PostsService,
    private readonly comments: CommentsService,
  ) {}

  /**
   * Passes the lines to `write`, which may be slow. All lines are from one snapshot, and only a few are in memory.
   * @returns the number of items of each kind
   */
  run(
    write: (lines: AsyncIterable<string>) => Promise<void>,
    options: ExportOptions = {},
  ): Promise<ExportCounts> {
    return this.database.snapshot(async () => {
      await this.database.liftLimits();
      const counts: ExportCounts = { authors: 0, tags: 0, posts: 0, comments: 0 };
      await write(this.lines(await this.content(), counts, options));
      return counts;
    });
  }

  private async content(): Promise<Content> {
    return {
      authors: this.writers.all(),
      tags: this.tags.export(),
      comments: this.comments.export(),
      ...(await this.posts.export()),
    };
  }

  private async *lines(content: Content, counts: ExportCounts, { emails, onProgress }: ExportOptions) {
    yield line('galley', { format: ARCHIVE_FORMAT, exportedAt: new Date().toISOString() });
    for await (const { email, ...author } of content.authors) {
      counts.authors += 1;
      yield line('author', emails ? { ...author, email } : author);
    }
    for await (const tag of content.tags) {
      counts.tags += 1;
      yield line('tag', tag);
    }
    const comments = new CommentsByPost(content.comments);
    for await (const post of content.posts) {
      yield line('post', post);
      for await (const comment of comments.of(post.id)) {
        counts.comments += 1;
        yield line('comment', comment);
      }
      counts.posts += 1;
      onProgress?.(counts.posts, content.count);
    }
    yield line('end', counts);
  }
}

/** Streams that belong to the transaction in which they were opened. */
interface Content {
  authors: AsyncIterable<ExportedAuthor>;
  tags: AsyncIterable<ExportedTag>;
  comments: AsyncGenerator<ExportedComment, void, void>;
  posts: AsyncIterable<ExportedPost>;
  /** The number of posts. */
  count: number;
}

interface ExportCounts {
  authors: number;
  tags: number;
  posts: number;
  comments: number;
}

const line = (kind: string, value: object): string => `${JSON.stringify({ [kind]: value })}\n`;

/** Distributes comments, which arrive in the order of their posts, to one post after another. */
class CommentsByPost {
  private next: IteratorResult<ExportedComment, void> | undefined;

  constructor(private readonly comments: AsyncGenerator<ExportedComment, void, void>) {}

  async *of(postId: string): AsyncGenerator<ExportedComment, void, void> {
    this.next ??= await this.comments.next();
    while (!this.next.done && this.next.value.postId === postId) {
      yield this.next.value;
      this.next = await this.comments.next();
    }
  }
}
