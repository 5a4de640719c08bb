import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import type { Id } from '../platform/schemas/schemas.js';
import { PostsService, type PostToImport, type RenamedPost } from '../posts/posts.service.js';
import { CommentsWriter, type Thread } from './comments.writer.js';
import { momentText } from './dates.js';
import { ImportKeysRepository } from './import-keys.repository.js';
import { type IllustratedPost, type ImportRun, type Subpage, TWICE } from './import-run.js';
import { ImportFileError } from './import.errors.js';
import type { ImportedPost } from './import.model.js';

/**
 * Writes posts with their comments. A post that already exists does not change, but receives the comments that it
 * lacks.
 */
@Injectable()
export class PostsWriter {
  constructor(
    private readonly posts: PostsService,
    private readonly comments: CommentsWriter,
    private readonly keys: ImportKeysRepository,
  ) {}

  async write(posts: ImportedPost[], run: ImportRun): Promise<void> {
    if (posts.length === 0) return;
    const threads = await this.place(posts, run);
    const comments = await this.comments.plan(threads, run);
    const fresh = threads.filter((thread) => thread.isNew);
    if (fresh.length > 0) {
      const rows = fresh.map(({ id, post }) => asPost(id, post, comments.visible(id), run));
      const { renamed, notes } = await this.posts.import(rows, run.rendering);
      await this.keys.add(fresh.map(({ id, post }) => ({ key: post.key, id })));
      run.subpages.push(...fresh.flatMap(asSubpage));
      run.illustrated.push(...fresh.flatMap(asIllustrated));
      for (const { id, post } of fresh) {
        run.tally.add('imported', post.type, post.key, post.title, [
          ...post.notes,
          ...(post.id ? [] : (notes.get(id) ?? [])), // The other Galley has shown the same.
          ...renaming(renamed.get(id)),
        ]);
      }
    }
    const grown = new Set(threads.filter((thread) => !thread.isNew).map(({ id }) => id));
    for (const { id } of fresh) grown.delete(id); // The insertion of the post has counted its comments already.
    for (const id of grown) {
      if (comments.visible(id) > 0) await this.posts.countComments(id, comments.visible(id));
    }
    await this.comments.insert(comments, run);
  }

  /** Returns the id of each post, either of a new one or of the one that exists already. */
  private async place(posts: ImportedPost[], run: ImportRun): Promise<Thread[]> {
    const known = await this.keys.find(posts.map((post) => post.key));
    await this.askIfMoved(posts.filter(({ key }) => !known.has(key)));
    const ids = posts.filter((post) => !known.has(post.key)).flatMap((post) => post.id ?? []);
    const here = await this.posts.holdAll(ids);
    for (const { key, id } of posts) if (id && here.has(id)) known.set(key, { id, isFresh: false });
    return posts.map((post) => {
      const before = known.get(post.key);
      if (!before) {
        const id = post.id ?? uuidv7();
        known.set(post.key, { id, isFresh: true });
        return { post, id, isNew: true };
      }
      if (before.isFresh) run.tally.add('skipped', post.type, post.key, post.title, [TWICE]);
      else run.tally.add('present', post.type, post.key, post.title);
      return { post, id: before.id, isNew: false };
    });
  }

  /** @throws ImportFileError if an earlier import brought one of these posts from a site with another address */
  private async askIfMoved(posts: ImportedPost[]): Promise<void> {
    const former = await this.keys.find(posts.flatMap(({ origin }) => origin?.key ?? []));
    const moved = posts.find(({ origin }) => origin && former.get(origin.key)?.isFresh === false);
    if (moved?.origin) throw new ImportFileError(whichSite(moved.title, moved.origin));
  }
}

/** A guess would either import all posts twice, or lose those of another site. */
const whichSite = (title: string, { site, now }: NonNullable<ImportedPost['origin']>) =>
  `an earlier import brought the post “${title.slice(0, 100)}” from the site ${site}, and this file is of the site ${now}. ` +
  `If the site has moved, name ${site} as its site (--site, or the parameter site). If not, name ${now}`;

function renaming(slugs: RenamedPost | undefined): string[] {
  if (!slugs) return [];
  const { given, wanted, slug } = slugs;
  const why =
    given === null || given === wanted ? `"${wanted}" is taken` : `"${given}" cannot be part of a path`;
  return [`the slug ${why}; imported with the slug "${slug}"`];
}

function asPost(id: Id, post: ImportedPost, commentCount: number, run: ImportRun): PostToImport {
  const { type, title, slug, excerpt, body, bodyFormat, status, version = 1 } = post;
  const { bodyDialect = null, featured = false, commentsOpen = true, meta = {} } = post;
  return {
    ...{ id, type, title, slug, excerpt, body, bodyFormat, status, version, commentCount },
    ...{ bodyDialect, featured, commentsOpen, meta },
    publishedAt: post.publishedAt && momentText(post.publishedAt),
    scheduledAt: post.scheduledAt && momentText(post.scheduledAt),
    createdAt: momentText(post.createdAt),
    updatedAt: momentText(post.updatedAt),
    authorId: before(run.authors, post.authorKey),
    tagIds: post.tags.map((tag) => before(run.tags, tag.name)),
  };
}

function asIllustrated({ id, post: { type, key, title, imageKey } }: Thread): IllustratedPost[] {
  return imageKey ? [{ id, post: { type, key, title, imageKey } }] : [];
}

function asSubpage({ id, post }: Thread): Subpage[] {
  const { key, title, type, parentKey, parentId = null } = post;
  return type === 'page' && parentKey ? [{ id, page: { key, title }, parentKey, parentId }] : [];
}

/** Readers yield authors and tags before the posts that name them. */
function before(ids: Map<string, Id>, key: string): Id {
  const id = ids.get(key);
  if (id === undefined) throw new Error(`A post refers to "${key}", which no earlier item defines`);
  return id;
}
