import type { Rendering } from '../platform/content/render.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { ImportedPost } from './import.model.js';
import type { LinkTemplates } from './link-templates.js';
import type { Tally } from './import.report.js';

/** A stored page, and the key or the id of the page above it. */
export interface Subpage {
  id: Id;
  page: Pick<ImportedPost, 'key' | 'title'>;
  parentKey: string;
  parentId: Id | null;
}

/** A stored post with the key of its image. */
export interface IllustratedPost {
  id: Id;
  post: Pick<ImportedPost, 'type' | 'key' | 'title' | 'imageKey'>;
  /** True if a custom field has the name of the address of the image. */
  replacesField: boolean;
}

/** A stored post and its slugs on the other site. */
export interface FormerSlugs {
  id: Id;
  post: Pick<ImportedPost, 'type' | 'key' | 'title'>;
  slugs: string[];
}

/** What an import has stored so far. */
export class ImportRun {
  /** Account ids by the key of the author. */
  readonly authors = new Map<string, Id>();
  /** Tag ids by name. */
  readonly tags = new Map<string, Id>();
  /** New pages that belong below another page, which may follow. */
  readonly subpages: Subpage[] = [];
  /** The ids of pages by local key, for those whose key is another one. */
  readonly pages = new Map<string, Id>();

  /** The addresses of images by key. */
  readonly images = new Map<string, string>();
  /** New posts with a featured image. */
  readonly illustrated: IllustratedPost[] = [];

  /** New posts that had other slugs. */
  readonly renamed: FormerSlugs[] = [];

  /** The number of posts so far that refer to other items of the file. */
  references = 0;

  constructor(
    readonly tally: Tally,
    readonly rendering: Rendering,
    /** The new addresses of posts, to which links lead. */
    readonly templates: LinkTemplates = {},
    /** Aborts the import. */
    readonly signal?: AbortSignal,
  ) {}
}

/** The reason for skipping an item whose key occurs again in the file. */
export const TWICE = 'an earlier item in this file has the same key';
