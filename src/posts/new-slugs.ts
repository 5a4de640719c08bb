import { Injectable } from '@nestjs/common';
import { slugify } from '../platform/content/slugs.js';
import type { Problem } from '../platform/errors/problem.js';
import { Database } from '../platform/database/database.js';
import type { Id } from '../platform/schemas/schemas.js';
import { type Numbered, NumberedSlugs } from './numbered-slugs.js';
import { OldSlugsRepository } from './old-slugs.repository.js';
import type { ListedPost } from './post-view.schemas.js';
import { PostWritesRepository } from './post-writes.repository.js';
import { SlugTaken } from './posts.errors.js';
import { NewPostsRefused, type RenderedRequest } from './rendered-request.js';

const OMIT = 'Choose another slug, or omit it and the server creates one from the title.';

/** A new post with the slug that it shall receive. */
interface Candidate extends Numbered {
  rendered: RenderedRequest;
  /** True if the request names the slug. Otherwise it is created from the title. */
  isChosen: boolean;
}

/** Gives new posts their slugs, as if they were created one after another. */
@Injectable()
export class NewSlugs {
  constructor(
    private readonly posts: PostWritesRepository,
    private readonly oldSlugs: OldSlugsRepository,
    private readonly database: Database,
  ) {}

  /**
   * Assigns slugs to the posts that are not refused. For a single post the unique index decides alone, which saves a
   * statement.
   * @param refused receives the problems of posts whose slug another post has or had
   */
  async assign(rendered: RenderedRequest[], refused: Map<RenderedRequest, Problem>): Promise<Candidate[]> {
    const candidates = rendered.filter((one) => !refused.has(one)).map(candidateOf);
    if (candidates.length < 2) return candidates;
    const taken = await this.oldSlugs.taken([...new Set(candidates.map(({ wanted }) => wanted))]);
    const slugs = new NumberedSlugs(this.database);
    const occupied = occupiedIn(candidates, taken);
    if (occupied.length > 0) await slugs.look(occupied);
    for (const candidate of candidates) {
      const { wanted, isChosen, rendered: one } = candidate;
      if (!isChosen) slugs.give(candidate);
      else if (taken.has(wanted) || !slugs.take(wanted)) refused.set(one, new SlugTaken(wanted, OMIT));
    }
    return candidates;
  }

  /**
   * Inserts the posts, until no concurrent request takes one of their slugs.
   * @returns the posts in the same order
   * @throws NewPostsRefused if another post has or had a slug that a request names
   */
  async insert(candidates: (Candidate & { tagIds: Id[] })[]): Promise<ListedPost[]> {
    const made = new Map<Id, ListedPost>();
    let waiting = candidates;
    for (let racesLost = 0; ; racesLost++) {
      for (const view of await this.insertFree(waiting)) made.set(view.id, view);
      waiting = waiting.filter(({ rendered }) => !made.has(rendered.post.id));
      const refused = waiting.filter(({ isChosen }) => isChosen);
      if (refused.length > 0)
        throw new NewPostsRefused(
          new Map(refused.map(({ rendered, slug }) => [rendered, new SlugTaken(slug, OMIT)])),
        );
      if (waiting.length === 0)
        return candidates.map(({ rendered }) => made.get(rendered.post.id) as ListedPost);
      const slugs = new NumberedSlugs(this.database);
      for (const { slug } of made.values()) slugs.take(slug);
      await slugs.look(
        waiting.map(({ wanted }) => wanted),
        racesLost,
      );
      for (const candidate of waiting) slugs.give(candidate);
    }
  }

  /**
   * Inserts those whose slug no post has or had. Former slugs are read when the slugs are stored: the unique index has then
   * waited for a post that gave one up.
   */
  private async insertFree(candidates: (Candidate & { tagIds: Id[] })[]): Promise<ListedPost[]> {
    const inserted = await this.posts.insert(
      candidates.map(({ rendered, slug, tagIds }) => ({ ...rendered.post, slug, tagIds })),
    );
    if (inserted.length === 0) return [];
    const former = await this.oldSlugs.ofOthers(
      inserted.map(({ slug }) => slug),
      null,
    );
    if (former.size === 0) return inserted;
    await this.posts.deleteAll(inserted.filter(({ slug }) => former.has(slug)).map(({ id }) => id));
    return inserted.filter(({ slug }) => !former.has(slug));
  }
}

function candidateOf(rendered: RenderedRequest): Candidate {
  const { slug, title } = rendered.request;
  const wanted = slug ?? slugify(title, 'post');
  return { rendered, wanted, slug: wanted, isChosen: slug !== undefined };
}

/** Returns the slugs that require a number: those that exist, and those that several of the posts want. */
function occupiedIn(candidates: Candidate[], taken: ReadonlySet<string>): string[] {
  const seen = new Set<string>();
  const occupied = candidates.filter(({ wanted }) => {
    const isSeen = seen.has(wanted);
    seen.add(wanted);
    return isSeen || taken.has(wanted);
  });
  return occupied.filter(({ isChosen }) => !isChosen).map(({ wanted }) => wanted);
}
