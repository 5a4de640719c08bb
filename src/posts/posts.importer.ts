import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { BodyContext, FileNeeds } from '../platform/content/body-context.js';
import { linksOf, relinked } from '../platform/content/links.js';
import type { Rendered, RenderedWithNotes, Rendering } from '../platform/content/render.js';
import { BodyTooComplex } from '../platform/content/body-too-complex.js';
import { keptSlug, slugify } from '../platform/content/slugs.js';
import type { Id } from '../platform/schemas/schemas.js';
import { Events } from '../platform/events/events.js';
import { OldSlugsRepository } from './old-slugs.repository.js';
import { POST_BODY } from './post.rendering.js';
import { silentPostEvent } from './posts.events.js';
import { PostImportsRepository } from './post-imports.repository.js';
import type { InsertablePost, PostSource } from './post-rows.js';

/** A post of another system. Its slug can have any format; null creates one from the title. */
export type PostToImport = Omit<InsertablePost, 'slug' | keyof Rendered> & {
  slug: string | null;
  tagIds: Id[];
};

export interface RenamedPost {
  /** The slug in the file, or null if it has none. */
  given: string | null;
  /** The slug in the format of Galley, which another post can have. */
  wanted: string;
  slug: string;
}

/** What the HTML of a post refers to. */
export interface BodyNeeds {
  /** The addresses of its links, each one once. */
  links: string[];
  /** The files and posts whose files it shows. */
  files: FileNeeds;
  /** The length of the body and its HTML in UTF-16 units. */
  size: number;
}

/** What is added to the context of a new post. */
export interface ContextOfPost {
  id: Id;
  added: BodyContext;
}

/** What the import changed, by the post. */
export interface ImportedChanges {
  /** The posts that received another slug than the one in the file, or a suffix. */
  renamed: Map<Id, RenamedPost>;
  /** What readers may miss in the HTML. */
  notes: Map<Id, string[]>;
  needs: Map<Id, BodyNeeds>;
}

type Candidate = InsertablePost & RenamedPost;

const NO_FILES: FileNeeds = { files: [], posts: [] };

/** PostgreSQL stores the position of a tag in 16 bits. */
const MOST_TAGS = 32_767;

/** Writes posts of another system, many with one statement. */
@Injectable()
export class PostsImporter {
  constructor(
    private readonly posts: PostImportsRepository,
    private readonly oldSlugs: OldSlugsRepository,
    private readonly events: Events,
  ) {}

  async write(posts: PostToImport[], rendering: Rendering): Promise<ImportedChanges> {
    const candidates: Candidate[] = [];
    const notesOf = new Map<Id, string[]>();
    const needsOf = new Map<Id, BodyNeeds>();
    for (const post of posts) {
      const { notes, needs, ...shown } = await rendered(post, rendering);
      notesOf.set(post.id, notes);
      needsOf.set(post.id, {
        links: [...linksOf(shown.html)],
        files: needs ?? NO_FILES,
        size: post.body.length + shown.html.length,
      });
      candidates.push(candidate(post, shown));
      await otherWork(); // Sanitizing a batch takes about 50 ms, and requests may be waiting.
    }
    await this.insert(candidates);
    await this.posts.insertTags(posts.flatMap(tagRows));
    await this.events.recordAll(candidates.map(importedEvent));
    const renamed = new Map(candidates.filter(isRenamed).map((post) => [post.id, post]));
    return { renamed, notes: notesOf, needs: needsOf };
  }

  /** Adds to the contexts of new posts, and renders those again that refer to files. */
  async complete(posts: ContextOfPost[], rendering: Rendering): Promise<Map<Id, string[]>> {
    const added = new Map(posts.map((post) => [post.id, post.added]));
    const notesOf = new Map<Id, string[]>();
    if (posts.length === 0) return notesOf;
    const completed = [];
    for (const { id, html, summary, ...post } of await this.posts.findSources([...added.keys()])) {
      const more = added.get(id) ?? {};
      const context = { ...post.bodyContext, ...more };
      if (more.files || more.filesOf) {
        const { notes, html, summary } = await rendered({ ...post, bodyContext: context }, rendering);
        notesOf.set(id, notes);
        completed.push({ id, html, summary, context });
      } else completed.push({ id, html: relinked(html, context.links), summary, context });
      await otherWork();
    }
    await this.posts.complete(completed);
    return notesOf;
  }

  /** Adds values to the `meta` of new posts. */
  addMeta(values: { id: Id; name: string; value: string }[]): Promise<void> {
    return this.posts.addImportedMeta(values);
  }

  private async insert(candidates: Candidate[]): Promise<void> {
    for (let waiting = candidates; waiting.length > 0;) {
      const inserted = await this.posts.insertImported(waiting);
      const stored = waiting.filter(({ id }) => inserted.has(id));
      const former = await this.oldSlugs.ofOthers(
        stored.map(({ slug }) => slug),
        null,
      );
      const refused = stored.filter(({ slug }) => former.has(slug));
      await this.posts.takeBack(refused.map(({ id }) => id));
      waiting = [...waiting.filter(({ id }) => !inserted.has(id)), ...refused];
      await this.rename(waiting);
    }
  }

  private async rename(posts: Candidate[]): Promise<void> {
    if (posts.length === 0) return;
    const slugs = this.posts.numberedSlugs();
    await slugs.look(posts.map(({ wanted }) => wanted));
    for (const post of posts) slugs.give(post);
  }
}

const importedEvent = (post: Candidate) =>
  silentPostEvent(post.status === 'published' ? 'post.published' : 'post.created', post);

function candidate({ tagIds: _tagIds, ...post }: PostToImport, rendered: Rendered): Candidate {
  const fromTitle = slugify(post.title, post.type);
  const wanted = post.slug === null ? fromTitle : keptSlug(post.slug, fromTitle);
  return { ...post, given: post.slug, wanted, slug: wanted, ...rendered };
}

async function rendered(
  {
    title,
    body,
    bodyFormat: format,
    bodyDialect: dialect,
    bodyContext: context,
  }: Pick<PostToImport, 'title'> & PostSource,
  rendering: Rendering,
): Promise<RenderedWithNotes> {
  try {
    return await rendering.render(POST_BODY, { body, format, dialect, context });
  } catch (error) {
    throw error instanceof BodyTooComplex
      ? new BodyTooComplex(error.excess, ` of “${title.slice(0, 100)}”`)
      : error;
  }
}

const isRenamed = ({ given, wanted, slug }: Candidate) =>
  slug !== wanted || (given !== null && slug !== given);

/** Two names of the file can be the same tag here. */
const tagRows = ({ id: postId, tagIds }: PostToImport) =>
  [...new Set(tagIds)].slice(0, MOST_TAGS).map((tagId, n) => ({ postId, tagId, position: n + 1 }));
