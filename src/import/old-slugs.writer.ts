import { Injectable } from '@nestjs/common';
import { note } from '../platform/content/note.js';
import { PostsService } from '../posts/posts.service.js';
import type { FormerSlugs, ImportRun } from './import-run.js';
import { inSlices } from './in-slices.js';

/**
 * Adds the former slugs of new posts, so that their old addresses lead to them. It runs after all posts are stored: the
 * present slug of a post has priority over the former slug of another one.
 */
@Injectable()
export class OldSlugsWriter {
  constructor(private readonly posts: PostsService) {}

  async write({ renamed, tally }: ImportRun): Promise<void> {
    for (const some of inSlices(renamed)) {
      const pairs = some.flatMap(({ id, slugs }) => slugs.map((slug) => ({ postId: id, slug })));
      const added = await this.posts.addOldSlugs(pairs);
      const isAdded = new Set(added.map(({ postId, slug }) => `${postId} ${slug}`));
      for (const { id, slugs, post } of some) {
        const notes = slugs.filter((slug) => !isAdded.has(`${id} ${slug}`)).map(notKept);
        if (notes.length > 0) tally.note('imported', post.type, post.key, post.title, notes);
      }
    }
  }
}

const notKept = (slug: string) =>
  note`its former slug ${slug} does not lead to it: another post has or had it, or it cannot be part of a path`;

/** Returns the former slugs of a new post, as readers store them in `meta`. */
export function formerSlugsOf(
  id: string,
  {
    type,
    key,
    title,
    slug,
    meta = {},
  }: FormerSlugs['post'] & { slug: string | null; meta?: Record<string, string> },
): FormerSlugs[] {
  const slugs = [...new Set((meta['oldSlugs'] ?? '').split(','))].filter((old) => old !== '' && old !== slug);
  return slugs.length > 0 ? [{ id, slugs, post: { type, key, title } }] : [];
}
