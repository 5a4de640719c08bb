import type { BodyContext, BodyFile } from '../platform/content/body-context.js';
import type { BodyDialect } from '../platform/content/body-dialect.js';
import type { BodyFormat } from '../platform/content/body-format.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { PostMeta } from '../posts/post-meta.format.js';
import type { Site } from './site.js';

export const IMPORT_FORMATS = ['wordpress', 'ghost', 'galley'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const isImportFormat = (text: string): text is ImportFormat =>
  (IMPORT_FORMATS as readonly string[]).includes(text);

/** RFC 3339 text if the time in the file is more precise than a millisecond. */
export type Moment = Date | string;

/** Each `key` is the same in all exports of a site, so a second import finds the row of the first one. */
export interface ImportedAuthor {
  key: string;
  /** Set only for files of Galley. An existing account with this id is the same account. */
  id?: Id;
  createdAt?: Moment;
  name: string;
  /** The address as in the file, or null if it has none. */
  email: string | null;
  bio: string | null;
  website: string | null;
  avatarUrl: string | null;
  /** A bcrypt hash, or null if the account has no password. */
  passwordHash: string | null;
  notes: string[];
}

export interface ImportedTag {
  name: string;
  /** The slug as in the file, percent-decoded, or null if it has none. */
  slug: string | null;
  description: string | null;
}

export interface ImportedComment {
  key: string;
  /** Set only for files of Galley. */
  id?: Id;
  /** A comment of the same post that precedes this one in the list. */
  parentKey: string | null;
  /** The account that wrote it, if the file names it. Null for a guest. */
  authorKey: string | null;
  authorName: string;
  body: string;
  /** The default is HTML. */
  bodyFormat?: BodyFormat;
  /** The default is null. */
  bodyDialect?: BodyDialect | null;
  status: 'visible' | 'pending' | 'hidden' | 'deleted';
  createdAt: Moment;
  /** The default is the time of creation. */
  updatedAt?: Moment;
  /** The default is 1. */
  version?: number;
  /** What was changed or left out, and why. The default is empty. */
  notes?: string[];
}

/** What identifies a post of WordPress beside its key. A site can move, and an import into WordPress numbers posts anew. */
export interface Traces {
  /** The site of the file. */
  site: string;
  /** The site to which the posts belong, if the caller names it. */
  namedSite?: string;
  /** The GUID in the form in which it is compared. */
  guid?: string;
  /** True if the number in the key can be that of another post. */
  isUnsure: boolean;
  /** Other keys of the same site that an earlier import may have used. Their numbers can be those of other posts. */
  otherKeys: string[];
  /** The key that the post had at the site that its GUID names, if that is another site. */
  origin?: { site: string; key: string };
}

export interface ImportedPost {
  key: string;
  /** Set only for files of Galley. */
  id?: Id;
  /** The default is 1. */
  version?: number;
  type: 'post' | 'page';
  title: string;
  slug: string | null;
  excerpt: string | null;
  body: string;
  bodyFormat: BodyFormat;
  /** The default is null. */
  bodyDialect?: BodyDialect | null;
  /** What the body refers to and the file contains beside it. The default is null. */
  bodyContext?: BodyContext | null;
  /** Where the post is on its site. Without it, links to the post and in it stay as they are. */
  addresses?: PostAddresses;
  /** The default is false. */
  featured?: boolean;
  /** The default is true. The comments of the file are imported in both cases. */
  commentsOpen?: boolean;
  /** The key by which other items of the file refer to the post, if it is not `key`. */
  localKey?: string;
  /** The (local) key of the page above this page, which can follow later in the file. */
  parentKey?: string | null;
  /** Set only for files of Galley: the id of the same page. */
  parentId?: Id | null;
  /** The key of the featured image, whose address can follow later in the file. */
  imageKey?: string;
  /** Readers check it with `metaFault` and list what does not fit. The default is empty. */
  meta?: PostMeta;
  status: 'draft' | 'scheduled' | 'published' | 'archived';
  /** The time of the first publication, or null if it was never public. */
  publishedAt: Moment | null;
  /** Set only for `scheduled`, and then in the future. */
  scheduledAt: Moment | null;
  createdAt: Moment;
  updatedAt: Moment;
  /** What else identifies the post, if its key can change. */
  traces?: Traces;
  /** The key of an author that the reader yielded before this post. */
  authorKey: string;
  /** Tags that the reader yielded before this post, in the order of the file, without duplicates. */
  tags: ImportedTag[];
  /** Parents precede their replies. */
  comments: ImportedComment[];
  /** What was changed or left out, and why, for example 'private: imported as a draft'. */
  notes: string[];
  /** The number of notes that a reader has left out of `notes`. */
  moreNotes?: number;
}

/** The addresses of a post on the site of the export, and of the site itself. */
export interface PostAddresses {
  /** The beginning of the keys of all addresses of the site. */
  site: string;
  /** The beginning of the keys of numbers at the site of the file, if the posts belong to another site. */
  numbers?: string;
  /** The number of the post, to which its files refer, or ''. */
  number: string;
  /** The hosts of the site, with the path at which it begins, as in `Site.name`. */
  roots: string[];
  /** The hosts at which the site was before, as its GUIDs name them. */
  formerRoots: string[];
  /** The address against which relative links are resolved. */
  base: string;
  /** The keys of its present addresses. */
  current: string[];
  /** The keys of addresses at which another post can be now. */
  former: string[];
}

/** An item of the file that is not imported. */
export interface Skipped {
  /** The kind as the file names it: 'attachment', 'nav_menu_item', 'pingback', 'tag' … */
  kind: string;
  /** The identifier of the item in the file. */
  key: string;
  title: string;
  reason: string;
}

/** The values of one field, for which Galley has no place. */
export interface Omitted {
  /** The kind of the items: 'post', 'comment', 'tag' …, 'site' for the whole file, or 'table' for all rows of one. */
  kind: string;
  /** The name as in the file: 'wp:ping_status', 'wp:postmeta _edit_last', 'custom_template', or that of a table. */
  field: string;
  /** The number of values, or of rows of a table. */
  count: number;
  /** True if only the other system requires the field. */
  internal: boolean;
  /** The first item that has one. */
  key: string;
  title: string;
}

/** A file of the site that posts can refer to. Only its address is imported. */
export interface ImportedFile {
  /** The key by which a post names its featured image. */
  key: string;
  /** The number by which bodies name it. */
  number: string;
  /** The number of its post, or '0'. */
  parent: string;
  /** The place among the files of its post. */
  position: number;
  file: BodyFile;
}

/** A kind of fault in the file that the reader repaired. */
export interface Repair {
  kind: string;
  count: number;
  /** The place of the first one, counted from 1. */
  line: number;
  column: number;
  /** What the first one looks like. */
  example: string;
  /** What the reader did. */
  description: string;
}

export type ImportItem =
  | { author: ImportedAuthor }
  | { tag: ImportedTag }
  | { post: ImportedPost }
  | { skipped: Skipped }
  | { file: ImportedFile }
  | { omitted: Omitted }
  | { repaired: Repair };

export interface ReadOptions {
  /** The time of the import. It decides whether a scheduled time has passed, and replaces missing dates. */
  now: Date;
  /** Refuses a file that a reader would otherwise repair. */
  strict?: boolean;
  /** The site to which the posts belong, if the caller names it. */
  site?: Site;
}
