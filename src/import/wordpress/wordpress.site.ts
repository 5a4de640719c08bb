import { plainText } from '../../platform/content/plain-text.js';
import type { ImportedPost, ImportedTag, ImportItem } from '../import.model.js';
import { markupFields } from '../lost-markup.js';
import { addNotes } from '../notes.js';
import { OmittedFields } from '../omitted-fields.js';
import { type Site, siteName } from '../site.js';
import { TagRegister } from '../tag-register.js';
import { decodedSlug, owned } from '../text.js';
import { WordPressAddresses } from './wordpress.addresses.js';
import { WordPressAuthors } from './wordpress.authors.js';
import { commentsOfSkipped, readComments } from './wordpress.comments.js';
import { SiteClock } from './wordpress.dates.js';
import { readFile } from './wordpress.files.js';
import { readFields } from './wordpress.fields.js';
import { isInternal } from './internal-fields.js';
import { readPost, whyNoPost } from './wordpress.posts.js';
import { keyOf, namesOf } from './wordpress.names.js';
import { itemTerms, type Term } from './wordpress.terms.js';
import type { WxrElement } from './wxr-element.js';

/** The version of RSS, which each file names. */
const VERSION = 'rss@version';

/** The state of a site so far. It interprets the elements of the channel. */
export class WordPressSite {
  /** The site of the file, and the site to which the posts belong. */
  private site = '';
  private readonly named: string | undefined;
  private readonly urls = new Map<string, string>();
  private readonly clock = new SiteClock();
  private readonly tags = new TagRegister();
  private readonly addresses = new WordPressAddresses();
  private readonly omitted = new OmittedFields(isInternal);
  private readonly authors = new WordPressAuthors((kind, id) => this.key(kind, id), this.omitted);

  /** @param site the site to which the posts belong, if the file does not decide it */
  constructor(
    private readonly now: Date,
    site?: Site,
  ) {
    this.named = site?.name;
    if (site) this.addresses.addRoot(site.url);
  }

  *read(element: WxrElement): Generator<ImportItem, void, void> {
    switch (element.name) {
      case 'wp:base_blog_url':
      case 'link': // This replaces the URL of the site if the export does not contain it.
        return this.url(element);
      case 'rss':
      case 'channel':
        return this.ofSite([...element.leftOver(element.name)].filter(([field]) => field !== VERSION));
      case 'wp:author':
        return yield* this.authors.declare(element);
      case 'wp:category':
        return yield* this.term(element, 'category', 'wp:cat_name', 'wp:category_nicename');
      case 'wp:tag':
        return yield* this.term(element, 'post_tag', 'wp:tag_name', 'wp:tag_slug');
      case 'wp:term':
        return yield* this.term(element, element.value('wp:term_taxonomy'), 'wp:term_name', 'wp:term_slug');
      case 'item':
        yield* this.tags.declared();
        return yield* this.item(element);
      default:
        return this.ofSite(element.hasContent ? [[element.name, 1]] : []);
    }
  }

  /** The first URL of each kind is that of the site. Another one must not change the keys of the posts that follow. */
  private url(element: WxrElement): void {
    const { name, text } = element;
    const first = this.urls.get(name) ?? text;
    if (text !== '' && text !== first) this.ofSite([[name, 1]]);
    this.ofSite(element.leftOver(name));
    if (text === '' || this.urls.has(name)) return;
    this.urls.set(name, owned(text));
    this.addresses.addRoot(text);
    if (name !== 'link' || this.site === '') this.site = owned(siteName(text));
  }

  /** Yields what can only be known at the end of the file. */
  *end(): Generator<ImportItem, void, void> {
    yield* this.tags.declared();
    yield* this.omitted.items();
  }

  /** Counts values of the site, for which Galley has no place. */
  private ofSite(fields: Iterable<[string, number]>): void {
    this.omitted.addAll({ kind: 'site', key: this.site, title: '' }, fields);
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
      const bearer = { kind: 'tag', key: term.slug ?? term.name, title: term.name };
      this.omitted.addAll(bearer, element.leftOver());
      for (const field of [nameField, `${element.name}_description`])
        this.omitted.addEach(bearer, markupFields(field, element.value(field)));
      yield* this.tags.declare(term);
    }
  }

  private *item(item: WxrElement): Generator<ImportItem, void, void> {
    const type = item.value('wp:post_type');
    const id = item.value('wp:post_id') || item.value('guid') || item.value('link') || `line ${item.line}`;
    const reason = whyNoPost(type, item.value('wp:status'));
    if (reason) {
      if (type === 'attachment') yield* this.file(item);
      yield { skipped: skipped(type || 'item', id, plainText(item.value('title')), reason) };
      for (const one of commentsOfSkipped(item, reason)) yield { skipped: one };
      return;
    }
    const names = namesOf(item.value('guid'), id, this.site, this.named);
    const dates = this.clock.postDates(item);
    const post = readPost(item, names, dates, this.now);
    this.refer(post, item);
    post.authorKey = yield* this.authors.named(item.value('dc:creator'));
    const terms = itemTerms(item);
    addNotes(post, terms);
    const tags = new Set<ImportedTag>();
    for (const term of terms.tags) tags.add(yield* this.tags.add(term));
    post.tags = [...tags];
    const key = (kind: 'comment', id: string) => this.key(kind, id);
    const comments = readComments(item, post, {
      ...{ clock: this.clock, authors: this.authors, omitted: this.omitted },
      key,
    });
    post.comments = comments.kept;
    addNotes(post, comments);
    this.omitted.addAll({ kind: post.type, key: post.key, title: post.title }, item.leftOver());
    yield { post };
    for (const one of comments.skipped) yield { skipped: one };
  }

  /** Sets what a post has beside its texts, and the keys of other items of the file. */
  private refer(post: ImportedPost, item: WxrElement): void {
    const { imageId, notes, moreNotes, ...fields } = readFields(item);
    const parent = item.value('wp:post_parent');
    Object.assign(post, fields);
    addNotes(post, { notes, moreNotes });
    post.addresses = this.addresses.of(
      item,
      this.named ?? this.site,
      this.site || (this.named ?? ''),
      post.key,
    );
    if (post.type === 'page' && parent !== '' && parent !== '0') post.parentKey = this.localKey(parent);
    if (imageId !== '') post.imageKey = this.localKey(imageId);
  }

  private *file(item: WxrElement): Generator<ImportItem, void, void> {
    const file = readFile(item, this.localKey(item.value('wp:post_id')));
    if (file) yield { file };
  }

  private key(kind: 'author' | 'comment', id: string): string {
    return keyOf(this.named ?? this.site, kind, id);
  }

  /** The key of another item of the file, which knows it by its number in the file. */
  private localKey(id: string): string {
    return keyOf(this.site || (this.named ?? ''), 'post', id);
  }
}

function skipped(kind: string, key: string, title: string, reason: string) {
  return { kind: owned(kind), key: owned(key), title: owned(title), reason };
}
