import type { ListedItem } from '../../../src/import/listed-item.js';
import type { ImportReport } from '../../../src/import/import.report.js';
import { type FileEntity, type FileField, valueOf } from './file-entity.ts';
import { decoded } from './same.ts';

const LONGEST_QUOTE = 40;

/** What a report says about each item, and how many values of each field it counts. */
export class Listed {
  private readonly byKey = new Map<string, ListedItem[]>();
  /** The slugs and the reasons of tags. */
  private readonly tags: string[];
  private readonly rows: Map<string, FileEntity>;
  /** The number of values of each kind and field that the report counts and that no field has used yet. */
  private readonly counted = new Map<string, number>();
  /** The elements that the report counts as a whole. */
  private readonly whole = new Set<object>();

  constructor(report: ImportReport, rows: Map<string, FileEntity>) {
    this.rows = rows;
    this.tags = report.items
      .filter(({ kind }) => kind === 'tag')
      .flatMap(({ key, reasons }) => [key, ...reasons]);
    for (const item of report.items) {
      const key = lastWord(item.key);
      this.byKey.set(key, [...(this.byKey.get(key) ?? []), item]);
    }
    for (const { kind, field, count } of report.omitted) this.counted.set(nameOf(kind, field), count);
  }

  /** Tells whether the report names a field: its item is left out, a reason names it, or the report counts it. */
  has(field: FileField, entity: FileEntity): boolean {
    if (entity.parent && this.isSkipped(entity.parent)) return true;
    if (this.isLinkOfListed(entity)) return true;
    if (/^category .* nicename$/.test(field.name) && this.isTagListed(decoded(field.value.trim())))
      return true;
    const lines = this.of(entity);
    if (lines.some(({ outcome }) => outcome === 'skipped')) return true;
    if (lines.some((line) => line.reasons.some((reason) => names(reason, field)))) return true;
    if (entity.role === 'row' && this.counted.has(nameOf('table', entity.kind))) return true;
    return this.isCounted(field, entity);
  }

  /** An element that the report counts as a whole explains all that it contains. */
  private isCounted({ name, within }: FileField, entity: FileEntity): boolean {
    if (within && this.whole.has(within)) return true;
    if (name !== within?.name && this.use(name, entity)) return true;
    if (!within || !this.use(within.name, entity)) return false;
    this.whole.add(within);
    return true;
  }

  /** Each value that the report counts explains one value of the file. */
  private use(field: string, entity: FileEntity): boolean {
    for (const name of kindsOf(entity).map((kind) => nameOf(kind, field))) {
      const left = this.counted.get(name) ?? 0;
      if (left === 0) continue;
      this.counted.set(name, left - 1);
      return true;
    }
    return false;
  }

  /** A row that links a post with a tag that is left out, or with an author whom a reason names. */
  private isLinkOfListed(entity: FileEntity): boolean {
    const tag = this.rows.get(`tags ${valueOf(entity, 'tag_id')}`);
    if (entity.kind === 'posts_tags' && tag) return this.isSkipped(tag);
    const author = this.rows.get(`users ${valueOf(entity, 'author_id')}`);
    const post = this.rows.get(`posts ${valueOf(entity, 'post_id')}`);
    if (entity.kind !== 'posts_authors' || !author || !post) return false;
    const reasons = this.of(post).flatMap((item) => item.reasons);
    return reasons.some((reason) => reason.includes(valueOf(author, 'name')));
  }

  /** A post names a tag by a slug that the tag does not have here, which the report says about the tag. */
  private isTagListed(slug: string): boolean {
    return this.tags.some((text) => text.includes(slug));
  }

  private isSkipped(entity: FileEntity): boolean {
    return this.of(entity).some(({ outcome }) => outcome === 'skipped');
  }

  private of(entity: FileEntity): ListedItem[] {
    return (this.byKey.get(lastWord(decoded(entity.key))) ?? []).filter(({ kind }) => mayBe(kind, entity));
  }
}

const lastWord = (key: string) => key.slice(key.lastIndexOf(' ') + 1).toLowerCase();

/** The report replaces numbers and hashes in the names of private fields. */
const nameOf = (kind: string, field: string) => `${kind} ${field.replace(/[0-9a-f]{16,}|\d+|…/gi, '')}`;

/** The kinds under which a report can count or list something. */
const KINDS: Record<string, string[]> = {
  ...{ comment: ['comment'], term: ['tag'], author: ['author'], item: ['post', 'page'], site: ['site'] },
  ...{
    posts: ['post', 'page'],
    posts_meta: ['post', 'page'],
    users: ['author'],
    tags: ['tag'],
    comments: ['comment'],
  },
};

const kindsOf = ({ role, kind }: FileEntity): string[] => [
  kind,
  ...(KINDS[role === 'row' ? kind : role] ?? []),
];

const mayBe = (kind: string, entity: FileEntity): boolean => kindsOf(entity).includes(kind);

/** Reasons that name a field by what it says. */
const MEANINGS: Record<string, RegExp> = {
  'wp:status': /imported (?:as|with)|published with/,
  'wp:post_password': /^password-protected/,
  'wp:comment_parent': /to which it replies|replies to one of its own/,
  status: /imported (?:as|with)/,
  visibility: /^visible to|internal/,
};

/** Tells whether a reason contains the name or the beginning of the value of a field. */
function names(reason: string, { name, value }: FileField): boolean {
  const leaf = name.replace(/^(?:wp:(?:\w+meta )?|category )/, '').split(' ')[0] ?? name;
  const quoted = decoded(value.trim()).slice(0, LONGEST_QUOTE);
  if (MEANINGS[name]?.test(reason)) return true;
  return (
    words(reason).has(leaf) || reason.includes(`"${name}"`) || (quoted.length > 1 && reason.includes(quoted))
  );
}

const words = (text: string) =>
  new Set(text.split(/[\s"“”,.:;()<>]+/).flatMap((word) => [word, word.replace('wp:', '')]));
