import { note } from '../platform/content/note.js';
import type { PostPlace } from '../posts/posts.service.js';
import { keysOfLink, newAddress } from './addresses.js';
import type { Reference } from './import-stages.repository.js';
import type { LinkTemplates } from './link-templates.js';

/** What becomes of the links of a post to its own site. */
export interface PostLinks {
  /** New addresses by the addresses in the HTML. */
  rewritten: Map<string, string>;
  /** Links to imported posts that keep their addresses, with the slugs of the posts. */
  kept: { href: string; slug: string }[];
  /** The number of links to anything else of the site. */
  others: number;
  /** The number of links that were not examined. */
  unexamined: number;
}

/** @param targets the imported posts by the keys of their addresses */
export function linksOfPost(
  { links, unexamined, from }: Pick<Reference, 'links' | 'unexamined' | 'from'>,
  targets: ReadonlyMap<string, PostPlace>,
  templates: LinkTemplates,
): PostLinks {
  const found: PostLinks = { rewritten: new Map(), kept: [], others: 0, unexamined };
  for (const href of links) {
    const target = (from && keysOfLink(href, from))?.map((key) => targets.get(key)).find((place) => place);
    const template = target && templates[target.type];
    if (!target) found.others += 1;
    else if (template === undefined) found.kept.push({ href, slug: target.slug });
    else found.rewritten.set(href, newAddress(template, target, href));
  }
  return found;
}

const MOST_NOTES = 10;

export function notesOfLinks({ kept, others, unexamined }: PostLinks): string[] {
  const notes = kept.slice(0, MOST_NOTES).map(noteOf);
  const further = Math.max(0, kept.length - MOST_NOTES);
  if (further > 0) notes.push(note`further links to imported posts that keep their addresses: ${further}`);
  if (others > 0)
    notes.push(note`links to pages and files of the former site that were not imported: ${others}`);
  if (unexamined > 0)
    notes.push(note`links that were not examined, because the post has too many: ${unexamined}`);
  return notes;
}

const noteOf = ({ href, slug }: PostLinks['kept'][number]) =>
  note`the link ${href} to the imported post ${slug} keeps its address; name the new addresses with --post-links, or postLinks, in the first import`;
