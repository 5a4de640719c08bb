import type { Rendering } from '../platform/content/render.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Tally } from './import.report.js';

/** What an import has stored so far. */
export class ImportRun {
  /** Account ids by the key of the author. */
  readonly authors = new Map<string, Id>();
  /** Tag ids by name. */
  readonly tags = new Map<string, Id>();

  constructor(
    readonly tally: Tally,
    readonly rendering: Rendering,
  ) {}
}

/** The reason for skipping an item whose key occurs again in the file. */
export const TWICE = 'an earlier item in this file has the same key';
