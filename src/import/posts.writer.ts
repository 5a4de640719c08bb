import { Injectable } from '@nestjs/common';
import { note } from '../platform/content/note.js';
import { v7 as uuidv7 } from 'uuid';
import type { Id } from '../platform/schemas/schemas.js';
import { PostsService, type PostToImport, type RenamedPost } from '../posts/posts.service.js';
import { CommentsWriter } from './comments.writer.js';
import { momentText } from './dates.js';
import { FreeKeys } from './free-keys.js';
import { ImportKeysRepository, type NewKey, type StoredKey } from './import-keys.repository.js';
import { type IllustratedPost, type ImportRun, type Subpage, TWICE } from './import-run.js';
import type { ImportedPost } from './import.model.js';
import { FEATURED_IMAGE } from './meta-builder.js';
import { formerSlugsOf } from './old-slugs.writer.js';
import { siteOfKey } from './post-candidates.js';
import { type FoundPosts, PostFinder } from './post-finder.js';
import { ReferencesWriter } from './references.writer.js';
import { owned } from './text.js';
import type { Thread } from './thread.js';

/**
 * Writes posts with their comments. A post that already exists does not change, but receives the comments that it
 * lacks.
 */
@Injectable()
export class PostsWriter {
  constructor(
    private readonly posts: PostsService,
    private readonly comments: CommentsWriter,
    private readonly finder: PostFinder,
    private readonly keys: ImportKeysRepository,
    private readonly references: ReferencesWriter,
  ) {}

  async write(posts: ImportedPost[], run: ImportRun): Promise<void> {
    if (posts.length === 0) return;
    const threads = await this.place(posts, run);
    const comments = await this.comments.plan(threads, run);
    const fresh = threads.filter((thread) => thread.isNew);
    if (fresh.length > 0) {
      const rows = fresh.map(({ id, post }) => asPost(id, post, comments.visible(id), run));
      const { renamed, notes, needs } = await this.posts.import(rows, run.rendering);
      const references = await this.references.add(fresh, { needs, notes }, run);
      for (const subpage of fresh.flatMap(asSubpage)) run.subpages.push(subpage);
      for (const { id, post } of fresh) run.renamed.push(...formerSlugsOf(id, post));
      for (const illustrated of fresh.flatMap(asIllustrated)) run.illustrated.push(illustrated);
      for (const { id, post } of fresh) {
        run.tally.add('imported', post.type, post.key, post.title, [
          ...post.notes,
          ...(post.id || references.has(id) ? [] : (notes.get(id) ?? [])), // The other Galley has shown the same.
          ...renaming(renamed.get(id)),
        ]);
      }
    }
    await this.addKeys(threads);
    const grown = new Set(threads.filter((thread) => !thread.isNew).map(({ id }) => id));
    for (const { id } of fresh) grown.delete(id); // The insertion of the post has counted its comments already.
    for (const id of grown) {
      if (comments.visible(id) > 0) await this.posts.countComments(id, comments.visible(id));
    }
    await this.comments.insert(comments, run);
  }

  /** Stores the keys of new posts, and the addresses of all posts, which an earlier release did not store. */
  private async addKeys(threads: Thread[]): Promise<void> {
    const present = new Map<string, Omit<NewKey, 'key'>>();
    const others = new Map<string, Omit<NewKey, 'key'>>();
    for (const { id, isNew, key: own, post } of threads) {
      const { current = [], former = [] } = post.addresses ?? {};
      for (const key of isNew ? current : []) present.set(key, { id });
      if (isNew) present.set(own, { id, guid: post.traces?.guid });
      for (const key of isNew ? former : [...current, ...former]) others.set(key, { id });
    }
    await this.keys.add(asRows(present));
    await this.keys.addMissing(asRows(others));
  }

  /** Returns the id of each post, either of a new one or of the one that exists already. */
  private async place(posts: ImportedPost[], run: ImportRun): Promise<Thread[]> {
    const { known, found } = await this.finder.find(posts);
    const gone = await this.goneOf(found);
    const names = new FreeKeys(known, this.keys);
    const threads: Thread[] = [];
    for (const post of posts) {
      const before = found.get(post) ?? names.inBatch(post);
      const thread = before ? present(post, before, known, gone, run) : await this.fresh(post, names, run);
      if (!thread) continue;
      threads.push(thread);
      if (post.type === 'page' && post.localKey !== undefined && post.localKey !== thread.key)
        run.pages.set(owned(post.localKey), thread.id);
    }
    return threads;
  }

  /** Returns the ids of the posts that were deleted after an earlier import. */
  private async goneOf(found: FoundPosts['found']): Promise<ReadonlySet<Id>> {
    const gone = new Set([...found.values()].flatMap(({ id, isFresh }) => (isFresh ? [] : [id])));
    for (const { id } of await this.posts.findPlaces([...gone])) gone.delete(id);
    return gone;
  }

  private async fresh(post: ImportedPost, names: FreeKeys, run: ImportRun): Promise<Thread | undefined> {
    const id = post.id ?? uuidv7();
    const key = await names.take(post, id);
    if (key === undefined) {
      run.tally.add('skipped', post.type, post.key, post.title, [NO_KEY]);
      return undefined;
    }
    if (key !== post.key) post.notes.push(OTHER_KEY);
    return { post, key, id, isNew: true };
  }
}

const asRows = (keys: Map<string, Omit<NewKey, 'key'>>): NewKey[] =>
  [...keys].map(([key, one]) => ({ key, ...one }));

const DELETED = 'was deleted here after an earlier import, and does not come again';
const NO_KEY = 'its number and its GUID are those of other posts of an earlier import';
const OTHER_KEY = 'its number is that of another post of an earlier import; imported as a post of its own';

function present(
  post: ImportedPost,
  row: StoredKey,
  known: FoundPosts['known'],
  gone: ReadonlySet<Id>,
  { tally }: ImportRun,
): Thread {
  const { type, title, traces } = post;
  const site = siteOfKey(row.key);
  const isElsewhere = traces && ![traces.site, traces.namedSite].includes(site);
  const reasons = isElsewhere ? [`an earlier import brought it from ${site}`] : [];
  const isGone = gone.has(row.id);
  if (row.isFresh) tally.add('skipped', type, post.key, title, [TWICE]);
  else if (isGone) tally.add('skipped', type, post.key, title, [DELETED]);
  else tally.add('present', type, post.key, title, reasons);
  // An earlier release stored the same key in another form.
  const key = known.get(post.key)?.id === row.id ? post.key : row.key;
  return { post, key, id: row.id, isNew: false, isGone };
}

function renaming(slugs: RenamedPost | undefined): string[] {
  if (!slugs) return [];
  const { given, wanted, slug } = slugs;
  return given === null || given === wanted
    ? [note`the slug ${wanted} is taken; imported with the slug ${slug}`]
    : [note`the slug ${given} cannot be part of a path; imported with the slug ${slug}`];
}

function asPost(id: Id, post: ImportedPost, commentCount: number, run: ImportRun): PostToImport {
  const { type, title, slug, excerpt, body, bodyFormat, status, version = 1 } = post;
  const { bodyDialect = null, bodyContext = null, featured = false, commentsOpen = true, meta = {} } = post;
  return {
    ...{ id, type, title, slug, excerpt, body, bodyFormat, status, version, commentCount },
    ...{ bodyDialect, bodyContext, featured, commentsOpen, meta },
    publishedAt: post.publishedAt && momentText(post.publishedAt),
    scheduledAt: post.scheduledAt && momentText(post.scheduledAt),
    createdAt: momentText(post.createdAt),
    updatedAt: momentText(post.updatedAt),
    authorId: before(run.authors, post.authorKey),
    tagIds: post.tags.map((tag) => before(run.tags, tag.name)),
  };
}

function asIllustrated({ id, post: { type, key, title, imageKey, meta = {} } }: Thread): IllustratedPost[] {
  const replacesField = Object.hasOwn(meta, FEATURED_IMAGE);
  return imageKey ? [{ id, post: { type, key, title, imageKey }, replacesField }] : [];
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
