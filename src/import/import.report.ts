import type { ImportFormat, Omitted, Repair, Skipped } from './import.model.js';
import { placeOf } from './kind-order.js';
import type { Counts, ListedItem } from './listed-item.js';
import { type ReasonGroup, ReasonGroups } from './reason-groups.js';
import { cut } from './text.js';

export interface ImportReport {
  format: ImportFormat;
  /** True if everything was done and rolled back. */
  dryRun: boolean;
  /** The counts by kind: author, tag, post, page and comment, and other kinds of the file. */
  counts: Record<string, Counts>;
  /** The items that were left out or changed. Empty if `ImportOptions.listing` received them. */
  items: ListedItem[];
  /** The number of items that `items` does not contain. */
  unlisted: number;
  /** The reasons for which items were left out or changed, the most important ones first. */
  groups: ReasonGroup[];
  /** The links of new posts to other imported posts. */
  links: LinkCounts;
  /** The fields of the file for which Galley has no place, the most important ones first. */
  omitted: Omitted[];
  /** The faults of the file that the reader repaired, by kind. */
  repairs: Repair[];
}

export interface LinkCounts {
  rewritten: number;
  /** The number of links that still lead to the former address. */
  kept: number;
}

/** Receives listed items one by one, because a file can have any number of them. */
export interface Listing {
  add(item: ListedItem): void;
  /** Discards all items, because the import starts again. */
  clear(): void;
}

const KINDS = ['author', 'tag', 'post', 'page', 'comment'];

/** Titles and keys only help to recognize an item. A reason can quote the file. */
const LONGEST_TITLE = 200;
const LONGEST_TEXT = 500;

/** A file can contain any number of kinds. Further kinds are counted together. */
const MOST_KINDS = 100;
const OTHER = 'other';

/** Counts the result for each item of the file. */
export class Tally {
  readonly repairs: Repair[] = [];
  readonly links: LinkCounts = { rewritten: 0, kept: 0 };
  readonly omitted: Omitted[] = [];
  private readonly grouped = new ReasonGroups();
  private readonly byKind = new Map(KINDS.map((kind) => [kind, none()]));

  constructor(private readonly listing: Listing) {
    listing.clear();
  }

  /** Counts an item, and lists it if there are reasons. */
  add(outcome: keyof Counts, kind: string, key: string, title: string, reasons: string[] = []): void {
    this.countsOf(kind)[outcome] += 1;
    this.note(outcome, kind, key, title, reasons);
  }

  /** Lists an item that was counted before, if there are reasons. */
  note(outcome: keyof Counts, kind: string, key: string, title: string, reasons: string[]): void {
    if (reasons.length === 0) return;
    const item: ListedItem = {
      outcome,
      kind: cut(kind, LONGEST_TITLE),
      key: cut(key, LONGEST_TEXT),
      title: cut(title, LONGEST_TITLE),
      reasons: reasons.map((reason) => cut(reason, LONGEST_TEXT)),
    };
    this.listing.add(item);
    this.grouped.add(item);
  }

  skipped({ kind, key, title, reason }: Skipped): void {
    this.add('skipped', kind, key, title, [reason]);
  }

  report(): Pick<ImportReport, 'counts' | 'groups' | 'links' | 'omitted' | 'repairs'> {
    const counts = Object.fromEntries(this.byKind);
    const omitted = this.omitted.sort((a, b) => placeOf(a.kind) - placeOf(b.kind));
    return { counts, groups: this.grouped.all(), links: this.links, omitted, repairs: this.repairs };
  }

  private countsOf(kind: string): Counts {
    const name = cut(kind, LONGEST_TITLE);
    const known = this.byKind.get(name);
    if (known) return known;
    const isOne = this.byKind.size < MOST_KINDS || name === OTHER;
    if (!isOne) return this.countsOf(OTHER);
    const counts = none();
    this.byKind.set(name, counts);
    return counts;
  }
}

const none = (): Counts => ({ imported: 0, present: 0, skipped: 0 });
