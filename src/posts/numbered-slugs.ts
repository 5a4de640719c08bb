import { freeNumbers, numbered } from '../platform/database/free-slug.js';
import type { Queryable } from '../platform/database/queryable.js';
import { TAKEN_SLUGS } from './old-slugs.repository.js';

/** A post that receives its slug with a number if another post has or had it. */
export interface Numbered {
  /** The slug without a number. */
  wanted: string;
  slug: string;
}

/** Gives posts their slugs with the next free numbers, one after another for posts that want the same slug. */
export class NumberedSlugs {
  private readonly given = new Set<string>();
  private readonly next = new Map<string, number>();

  constructor(private readonly db: Queryable) {}

  /** Finds out which numbers are free. Call it before `give` for all slugs that are not. */
  async look(wanted: string[], racesLost = 0): Promise<void> {
    const distinct = [...new Set(wanted)];
    for (const [slug, n] of await freeNumbers(TAKEN_SLUGS, distinct, this.db, racesLost))
      this.next.set(slug, n);
  }

  /** Gives a post the next number of its slug that no other post of this object has. */
  give(post: Numbered): void {
    let n = this.next.get(post.wanted) ?? 1;
    while (this.given.has(numbered(post.wanted, n))) n++;
    this.next.set(post.wanted, n + 1);
    post.slug = numbered(post.wanted, n);
    this.given.add(post.slug);
  }

  /** Gives a post exactly this slug, unless another post of this object has it. */
  take(slug: string): boolean {
    if (this.given.has(slug)) return false;
    this.given.add(slug);
    return true;
  }
}
