import { inThreads } from '../comment-threads.js';
import { ImportFileError } from '../import.errors.js';
import type {
  ImportedAuthor,
  ImportedComment,
  ImportedPost,
  ImportItem,
  ReadOptions,
} from '../import.model.js';
import type { ImportSource } from '../import-source.js';
import { TagRegister } from '../tag-register.js';
import { withinLimits } from '../within-limits.js';
import type { GalleyAuthor, GalleyComment, GalleyPost } from './galley.lines.js';
import { galleyLines, type NumberedLine } from './line-reader.js';

/**
 * Reads a file of `galley export`. The comments of a post follow it.
 * @throws ImportFileError with the line
 */
export async function* readGalley(
  source: ImportSource,
  { now }: ReadOptions,
): AsyncGenerator<ImportItem, void, void> {
  const file = new GalleyFile(now);
  for await (const line of galleyLines(source)) yield* withinLimits(file.read(line), { line: line.line });
  file.end();
}

/** The state of the lines so far, and the post whose comments are being read. */
class GalleyFile {
  private readonly authors = new Set<string>();
  private readonly tags = new TagRegister();
  private post: ImportedPost | undefined;
  private line = 0;
  private hasEnded = false;

  constructor(private readonly now: Date) {}

  *read({ line, kind, value }: NumberedLine): Generator<ImportItem, void, void> {
    this.line = line;
    if (this.hasEnded) this.fail('there is another line after the end line');
    if (kind === 'comment') return this.addComment(value);
    yield* this.finishPost();
    if (kind === 'author') {
      this.authors.add(value.id);
      yield { author: asAuthor(value) };
    } else if (kind === 'tag') yield* this.tags.add(value);
    else if (kind === 'post') this.post = this.asPost(value);
    else if (kind === 'end') this.hasEnded = true;
  }

  /** @throws ImportFileError if the last line is missing, because no other line states how many follow */
  end(): void {
    this.line += 1;
    if (!this.hasEnded) this.fail('the file is incomplete: its last line must be {"end": …}');
  }

  private *finishPost(): Generator<ImportItem, void, void> {
    if (!this.post) return;
    this.post.comments = inThreads(this.post.comments);
    yield { post: this.post };
    this.post = undefined;
  }

  private addComment(comment: GalleyComment): void {
    if (!this.post || this.post.id !== comment.postId) {
      return this.fail(`comment.postId: ${comment.postId} is not the id of the preceding post`);
    }
    if (comment.authorId !== null) this.mustKnow('comment', comment.authorId);
    this.post.comments.push(asComment(comment));
  }

  private asPost({ tags, authorId, ...post }: GalleyPost): ImportedPost {
    this.mustKnow('post', authorId);
    const isLate = post.scheduledAt !== null && new Date(post.scheduledAt) <= this.now;
    return {
      ...post,
      ...(isLate && { status: 'draft', scheduledAt: null }),
      key: postKey(post.id),
      parentKey: post.parentId === null ? null : postKey(post.parentId),
      authorKey: authorKey(authorId),
      tags: tags.map(
        (name) => this.tags.find(name) ?? this.fail(`post.tags: no preceding line defines the tag "${name}"`),
      ),
      comments: [],
      notes: isLate ? ['imported as a draft because its scheduled time has passed'] : [],
    };
  }

  private mustKnow(kind: string, id: string): void {
    if (!this.authors.has(id)) this.fail(`${kind}.authorId: no preceding line defines the author ${id}`);
  }

  private fail(reason: string): never {
    throw new ImportFileError(reason, { line: this.line });
  }
}

const postKey = (id: string) => `galley post ${id}`;
const authorKey = (id: string) => `galley user ${id}`;
const commentKey = (id: string) => `galley comment ${id}`;

const asAuthor = (author: GalleyAuthor): ImportedAuthor => ({
  ...author,
  key: authorKey(author.id),
  passwordHash: null,
  notes: [],
});

const asComment = ({
  postId: _post,
  parentId,
  authorId,
  guestName,
  ...comment
}: GalleyComment): ImportedComment => ({
  ...comment,
  key: commentKey(comment.id),
  parentKey: parentId === null ? null : commentKey(parentId),
  authorKey: authorId === null ? null : authorKey(authorId),
  authorName: guestName ?? '',
});
