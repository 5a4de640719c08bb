import type { BodyFormat } from '../platform/content/body-format.js';
import type { Id } from '../platform/schemas/schemas.js';

export const IMPORT_FORMATS = ['wordpress', 'ghost', 'galley'] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

export const isImportFormat = (text: string): text is ImportFormat =>
  (IMPORT_FORMATS as readonly string[]).includes(text);

/** RFC 3339 text where the file is finer than a millisecond. */
export type Moment = Date | string;

/** Every `key` is stable over exports of the same site: importing twice finds the row of the first time. */
export interface ImportedAuthor {
  key: string;
  /** Kept where the file is one of ours; an account here that has it is that account. */
  id?: Id;
  createdAt?: Moment;
  name: string;
  /** As the file writes it; null where it gives none. */
  email: string | null;
  bio: string | null;
  website: string | null;
  avatarUrl: string | null;
  /** bcrypt, or null: the account comes without a password. */
  passwordHash: string | null;
  notes: string[];
}

export interface ImportedTag {
  name: string;
  /** As the file writes it, percent-decoded; null where the file gives none. */
  slug: string | null;
  description: string | null;
}

export interface ImportedComment {
  key: string;
  /** Kept where the file is one of ours. */
  id?: Id;
  /** A comment of the same post that came before this one in the list. */
  parentKey: string | null;
  /** The account that wrote it, if the file says so; a guest's is null. */
  authorKey: string | null;
  authorName: string;
  body: string;
  /** HTML if absent. */
  bodyFormat?: BodyFormat;
  status: 'visible' | 'pending' | 'hidden' | 'deleted';
  createdAt: Moment;
  /** Its creation if absent. */
  updatedAt?: Moment;
  /** 1 if absent. */
  version?: number;
}

export interface ImportedPost {
  key: string;
  /** Kept where the file is one of ours. */
  id?: Id;
  /** 1 if absent. */
  version?: number;
  type: 'post' | 'page';
  title: string;
  slug: string | null;
  excerpt: string | null;
  body: string;
  bodyFormat: BodyFormat;
  status: 'draft' | 'scheduled' | 'published' | 'archived';
  /** When it was first public; null where it never was. */
  publishedAt: Moment | null;
  /** Set for `scheduled` only, and then in the future. */
  scheduledAt: Moment | null;
  createdAt: Moment;
  updatedAt: Moment;
  /** The key of an author that was yielded before this post. */
  authorKey: string;
  /** Tags that were yielded before this post, in the file's order, each once. */
  tags: ImportedTag[];
  /** Parents before their replies. */
  comments: ImportedComment[];
  /** What was changed or left out, and why: 'private: imported as a draft'. */
  notes: string[];
}

/** Something in the file that does not come along. */
export interface Skipped {
  /** 'attachment', 'nav_menu_item', 'pingback', 'tag' … in the file's own word. */
  kind: string;
  /** How the file identifies it. */
  key: string;
  title: string;
  reason: string;
}

export type ImportItem =
  { author: ImportedAuthor } | { tag: ImportedTag } | { post: ImportedPost } | { skipped: Skipped };

export interface ReadOptions {
  /** The import's time: decides whether a scheduled time is past, and stands in for dates that are missing. */
  now: Date;
}
