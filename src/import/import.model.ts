export type ImportFormat = 'wordpress' | 'ghost';

/** Every `key` is stable over exports of the same site: importing twice finds the row of the first time. */
export interface ImportedAuthor {
  key: string;
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
  /** A comment of the same post that came before this one in the list. */
  parentKey: string | null;
  /** The account that wrote it, if the file says so; a guest's is null. */
  authorKey: string | null;
  authorName: string;
  /** HTML, as it came. */
  body: string;
  status: 'visible' | 'pending' | 'hidden';
  createdAt: Date;
}

export interface ImportedPost {
  key: string;
  type: 'post' | 'page';
  title: string;
  slug: string | null;
  excerpt: string | null;
  body: string;
  bodyFormat: 'html';
  status: 'draft' | 'scheduled' | 'published' | 'archived';
  /** When it was first public; null where it never was. */
  publishedAt: Date | null;
  /** Set for `scheduled` only, and then in the future. */
  scheduledAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
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
