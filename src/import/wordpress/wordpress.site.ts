import { plainText } from '../../platform/content/plain-text.js';
import { WebAddress } from '../../platform/schemas/schemas.js';
import type { ImportedPost, ImportedTag, ImportItem } from '../import.model.js';
import { originOf, type Site, siteOf } from '../site.js';
import { TagRegister } from '../tag-register.js';
import { decodedSlug, owned } from '../text.js';
import { WordPressAuthors } from './wordpress.authors.js';
import { readComments } from './wordpress.comments.js';
import { SiteClock } from './wordpress.dates.js';
import { readFields } from './wordpress.fields.js';
import { readPost, whyNoPost } from './wordpress.posts.js';
import { itemTerms, type Term } from './wordpress.terms.js';
import type { WxrElement } from './wxr-elements.js';

/** The state of a site so far. It interprets the elements of the channel. */
export class WordPressSite {
  private site: string;
  private readonly isNamed: boolean;
  private readonly clock = new SiteClock();
  private readonly tags = new TagRegister();
  private readonly authors = new WordPressAuthors((kind, id) => this.key(kind, id));

  /** @param site the site to which the posts belong, if the file does not decide it */
  constructor(
    private readonly now: Date,
    site?: Site,
  ) {
    this.site = site?.name ?? '';
    this.isNamed = site !== undefined;
  }

  *read(element: WxrElement): Generator<ImportItem, void, void> {
    switch (element.name) {
      case 'wp:base_blog_url':
        if (!this.isNamed) this.site = siteName(element.text);
        return;
      case 'link': // This replaces the URL of the site if the export does not contain it.
        this.site ||= siteName(element.text);
        return;
      case 'wp:author':
        return yield* this.authors.declare(element);
      case 'wp:category':
        return yield* this.term(element, 'category', 'wp:cat_name', 'wp:category_nicename');
      case 'wp:tag':
        return yield* this.term(element, 'post_tag', 'wp:tag_name', 'wp:tag_slug');
      case 'wp:term':
        return yield* this.term(element, element.value('wp:term_taxonomy'), 'wp:term_name', 'wp:term_slug');
      case 'item':
        return yield* this.item(element);
    }
  }

  private *term(
    element: WxrElement,
    taxonomy: string,
    nameField: string,
    slugField: string,
  ): Generator<ImportItem, void, void> {
    const term: Term = {
      taxonomy,
      name: plainText(element.value(nameField)),
      slug: decodedSlug(element.value(slugField)),
      description: plainText(element.value(`${element.name}_description`)) || null,
    };
    if (taxonomy !== 'category' && taxonomy !== 'post_tag') {
      yield {
        skipped: skipped(taxonomy, term.slug ?? term.name, term.name, 'this taxonomy is not imported'),
      };
    } else if (!term.name) {
      yield { skipped: skipped(taxonomy, term.slug ?? '', '', 'has no name') };
    } else {
      yield* this.tags.add(term);
    }
  }

  private *item(item: WxrElement): Generator<ImportItem, void, void> {
    const type = item.value('wp:post_type') || 'item';
    const id = item.value('wp:post_id') || item.value('guid') || item.value('link') || `line ${item.line}`;
    const reason = whyNoPost(type, item.value('wp:status'));
    if (reason) {
      if (type === 'attachment') yield* this.image(item);
      yield { skipped: skipped(type, id, plainText(item.value('title')), reason) };
      return;
    }
    const post = readPost(item, this.key('post', id), this.clock.postDates(item), this.now);
    this.refer(post, item);
    post.authorKey = yield* this.authors.named(item.value('dc:creator'));
    const terms = itemTerms(item);
    post.notes.push(...terms.notes);
    const tags = new Set<ImportedTag>();
    for (const term of terms.tags) tags.add(yield* this.tags.add(term));
    post.tags = [...tags];
    const key = (kind: 'comment', id: string) => this.key(kind, id);
    const comments = readComments(item, post, { clock: this.clock, authors: this.authors, key });
    post.comments = comments.kept;
    post.notes.push(...comments.notes);
    yield { post };
    for (const one of comments.skipped) yield { skipped: one };
  }

  /** Sets what a post has beside its texts, and the keys of other items of the file. */
  private refer(post: ImportedPost, item: WxrElement): void {
    const { imageId, notes, ...fields } = readFields(item);
    const parent = item.value('wp:post_parent');
    Object.assign(post, fields);
    post.notes.push(...notes);
    post.origin = this.origin(item);
    if (post.type === 'page' && parent !== '' && parent !== '0') post.parentKey = this.key('post', parent);
    if (imageId !== '') post.imageKey = this.key('post', imageId);
  }

  private *image(item: WxrElement): Generator<ImportItem, void, void> {
    const url = item.value('wp:attachment_url');
    if (!WebAddress.safeParse(url).success) return;
    yield { image: { key: owned(this.key('post', item.value('wp:post_id'))), url: owned(url) } };
  }

  /** Returns the key that the post has if it was imported from the site that its GUID names. */
  private origin(item: WxrElement): ImportedPost['origin'] {
    const origin = this.isNamed ? null : originOf(item.value('guid'), item.value('wp:post_id'));
    if (!origin || origin.site === this.site) return undefined;
    return { site: origin.site, key: `wordpress ${origin.site} post ${origin.id}`, now: this.site };
  }

  private key(kind: 'author' | 'post' | 'comment', id: string): string {
    return `wordpress ${this.site} ${kind} ${id}`;
  }
}

/** An address that is none is still the same in all exports of the site. */
const siteName = (address: string) => owned(siteOf(address)?.name ?? address.replace(/\/+$/, ''));

function skipped(kind: string, key: string, title: string, reason: string) {
  return { kind: owned(kind), key: owned(key), title: owned(title), reason };
}
