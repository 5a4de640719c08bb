import { plainText } from '../../platform/content/plain-text.js';
import type { ImportedTag, ImportItem } from '../import.model.js';
import { TagRegister } from '../tag-register.js';
import { decodedSlug, owned } from '../text.js';
import { WordPressAuthors } from './wordpress.authors.js';
import { readComments } from './wordpress.comments.js';
import { readPost, whyNoPost } from './wordpress.posts.js';
import { itemTerms, type Term } from './wordpress.terms.js';
import type { WxrElement } from './wxr-elements.js';

/** The state of a site so far. It interprets the elements of the channel. */
export class WordPressSite {
  private url = '';
  private readonly tags = new TagRegister();
  private readonly authors = new WordPressAuthors((kind, id) => this.key(kind, id));

  constructor(private readonly now: Date) {}

  *read(element: WxrElement): Generator<ImportItem, void, void> {
    switch (element.name) {
      case 'wp:base_blog_url':
        this.url = owned(element.text.trim().replace(/\/+$/, ''));
        return;
      case 'link': // This replaces the URL of the site if the export does not contain it.
        this.url ||= owned(element.text.trim().replace(/\/+$/, ''));
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
      yield { skipped: skipped(type, id, plainText(item.value('title')), reason) };
      return;
    }
    const post = readPost(item, this.key('post', id), this.now);
    post.authorKey = yield* this.authors.named(item.value('dc:creator'));
    const terms = itemTerms(item);
    post.notes.push(...terms.notes);
    const tags = new Set<ImportedTag>();
    for (const term of terms.tags) tags.add(yield* this.tags.add(term));
    post.tags = [...tags];
    const comments = readComments(item, this.now, this.authors, (kind, id) => this.key(kind, id));
    post.comments = comments.kept;
    yield { post };
    for (const one of comments.skipped) yield { skipped: one };
  }

  private key(kind: 'author' | 'post' | 'comment', id: string): string {
    return `wordpress ${this.url} ${kind} ${id}`;
  }
}

function skipped(kind: string, key: string, title: string, reason: string) {
  return { kind: owned(kind), key: owned(key), title: owned(title), reason };
}
