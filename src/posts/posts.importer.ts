import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Rendered, RenderedWithNotes, Rendering } from '../platform/content/render.js';
import { BodyTooComplex } from '../platform/content/body-too-complex.js';
import { keptSlug, slugify } from '../platform/content/slugs.js';
import type { Id } from '../platform/schemas/schemas.js';
import { POST_BODY } from './post.rendering.js';
import { type InsertablePost, PostsRepository } from './posts.repository.js';

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

/** What the import changed, by the post. */
export interface ImportedChanges {
  /** The posts that received another slug than the one in the file, or a suffix. */
  renamed: Map<Id, RenamedPost>;
  /** What readers may miss in the HTML. */
  notes: Map<Id, string[]>;
}

type Candidate = InsertablePost & RenamedPost;

/** PostgreSQL stores the position of a tag in 16 bits. */
const MOST_TAGS = 32_767;

/** Writes posts of another system, many with one statement. */
@Injectable()
export class PostsImporter {
  constructor(private readonly posts: PostsRepository) {}

  async write(posts: PostToImport[], rendering: Rendering): Promise<ImportedChanges> {
    const candidates: Candidate[] = [];
    const notesOf = new Map<Id, string[]>();
    for (const post of posts) {
      const { notes, ...shown } = await rendered(post, rendering);
      notesOf.set(post.id, notes);
      candidates.push(candidate(post, shown));
      await otherWork(); // Sanitizing a batch takes about 50 ms, and requests may be waiting.
    }
    await this.insert(candidates);
    await this.posts.insertTags(posts.flatMap(tagRows));
    const renamed = new Map(candidates.filter(isRenamed).map((post) => [post.id, post]));
    return { renamed, notes: notesOf };
  }

  private async insert(candidates: Candidate[]): Promise<void> {
    for (let waiting = candidates; waiting.length > 0;) {
      const inserted = await this.posts.insertImported(waiting);
      waiting = waiting.filter((post) => !inserted.has(post.id));
      await this.rename(waiting);
    }
  }

  /** Assigns the next free suffixes, one after another for posts with the same slug. */
  private async rename(posts: Candidate[]): Promise<void> {
    const next = new Map<string, number>();
    for (const post of posts) {
      const { wanted } = post;
      const suffix = next.get(wanted) ?? suffixOf(await this.posts.nextSlug(wanted), wanted);
      next.set(wanted, suffix + 1);
      post.slug = suffix === 1 ? wanted : `${wanted}-${suffix}`;
    }
  }
}

function candidate({ tagIds: _tagIds, ...post }: PostToImport, rendered: Rendered): Candidate {
  const fromTitle = slugify(post.title, post.type);
  const wanted = post.slug === null ? fromTitle : keptSlug(post.slug, fromTitle);
  return { ...post, given: post.slug, wanted, slug: wanted, ...rendered };
}

async function rendered(
  { title, body, bodyFormat: format, bodyDialect: dialect }: PostToImport,
  rendering: Rendering,
): Promise<RenderedWithNotes> {
  try {
    return await rendering.render(POST_BODY, { body, format, dialect });
  } catch (error) {
    throw error instanceof BodyTooComplex
      ? new BodyTooComplex(error.excess, ` of “${title.slice(0, 100)}”`)
      : error;
  }
}

const isRenamed = ({ given, wanted, slug }: Candidate) =>
  slug !== wanted || (given !== null && slug !== given);

const suffixOf = (slug: string, wanted: string) =>
  slug === wanted ? 1 : Number(slug.slice(wanted.length + 1));

/** Two names of the file can be the same tag here. */
const tagRows = ({ id: postId, tagIds }: PostToImport) =>
  [...new Set(tagIds)].slice(0, MOST_TAGS).map((tagId, n) => ({ postId, tagId, position: n + 1 }));
