import type { Rendering } from '../platform/content/render.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Tally } from './import.report.js';

/** What one import knows so far. */
export class ImportRun {
  /** Accounts by the key of their author. */
  readonly authors = new Map<string, Id>();
  /** Tags by name. */
  readonly tags = new Map<string, Id>();

  constructor(
    readonly tally: Tally,
    readonly rendering: Rendering,
  ) {}
}

/** Why an item is left out whose key stands in the file a second time. */
export const TWICE = 'an earlier item in this file has the same key';
