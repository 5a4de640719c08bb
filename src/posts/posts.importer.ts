import { setImmediate as otherWork } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { Rendered, Rendering } from '../platform/content/render.js';
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

type Candidate = InsertablePost & { wanted: string };

/** PostgreSQL stores the position of a tag in 16 bits. */
const MOST_TAGS = 32_767;

/** Writes posts of another system, many with one statement. */
@Injectable()
export class PostsImporter {
  constructor(private readonly posts: PostsRepository) {}

  /** @returns the slugs that existed already, by the post that received another one */
  async write(
    posts: PostToImport[],
    rendering: Rendering,
  ): Promise<Map<Id, { wanted: string; slug: string }>> {
    const candidates: Candidate[] = [];
    for (const post of posts) {
      candidates.push(candidate(post, await rendered(post, rendering)));
      await otherWork(); // Sanitizing a batch takes about 50 ms, and requests may be waiting.
    }
    const renamed = await this.insert(candidates);
    await this.posts.insertTags(posts.flatMap(tagRows));
    return renamed;
  }

  private async insert(candidates: Candidate[]) {
    const renamed = new Map<Id, { wanted: string; slug: string }>();
    for (let waiting = candidates; waiting.length > 0;) {
      const inserted = await this.posts.insertImported(waiting);
      waiting = waiting.filter((post) => !inserted.has(post.id));
      await this.rename(waiting);
      for (const { id, wanted, slug } of waiting) renamed.set(id, { wanted, slug });
    }
    return renamed;
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
  return { ...post, wanted, slug: wanted, ...rendered };
}

async function rendered({ title, body, bodyFormat }: PostToImport, rendering: Rendering): Promise<Rendered> {
  try {
    return await rendering.render(POST_BODY, body, bodyFormat);
  } catch (error) {
    throw error instanceof BodyTooComplex
      ? new BodyTooComplex(error.excess, ` of “${title.slice(0, 100)}”`)
      : error;
  }
}

const suffixOf = (slug: string, wanted: string) =>
  slug === wanted ? 1 : Number(slug.slice(wanted.length + 1));

/** Two names of the file can be the same tag here. */
const tagRows = ({ id: postId, tagIds }: PostToImport) =>
  [...new Set(tagIds)].slice(0, MOST_TAGS).map((tagId, n) => ({ postId, tagId, position: n + 1 }));
