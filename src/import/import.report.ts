import type { ImportFormat, Skipped } from './import.model.js';

export interface Counts {
  imported: number;
  /** Came with an earlier import, or was here already. */
  present: number;
  skipped: number;
}

/** Something that did not come along, or not as it was. */
export interface ListedItem {
  outcome: keyof Counts;
  /** 'author', 'post' … or the file's own word. */
  kind: string;
  /** How the file identifies it. */
  key: string;
  title: string;
  reasons: string[];
}

export interface ImportReport {
  format: ImportFormat;
  /** Everything was done and taken back. */
  dryRun: boolean;
  /** By kind: author, tag, post, page and comment, and what else the file holds. */
  counts: Record<string, Counts>;
  /** Every item that was left out or changed; none here where `ImportOptions.listing` took them. */
  items: ListedItem[];
}

/** Takes listed items as they come: a file may have any number of them. */
export interface Listing {
  add(item: ListedItem): void;
  /** Forgets all: the import begins anew. */
  clear(): void;
}

const KINDS = ['author', 'tag', 'post', 'page', 'comment'];

/** Titles are there to recognize an item by. */
const LONGEST_TITLE = 200;

/** Counts what an import does with each item of the file. */
export class Tally {
  private readonly byKind = new Map(KINDS.map((kind) => [kind, none()]));

  constructor(private readonly listing: Listing) {
    listing.clear();
  }

  /** Counts an item, and lists it if there are reasons to. */
  add(outcome: keyof Counts, kind: string, key: string, title: string, reasons: string[] = []): void {
    let counts = this.byKind.get(kind);
    if (!counts) this.byKind.set(kind, (counts = none()));
    counts[outcome] += 1;
    if (reasons.length === 0) return;
    this.listing.add({ outcome, kind, key, title: title.slice(0, LONGEST_TITLE).toWellFormed(), reasons });
  }

  skipped({ kind, key, title, reason }: Skipped): void {
    this.add('skipped', kind, key, title, [reason]);
  }

  counts(): Record<string, Counts> {
    return Object.fromEntries(this.byKind);
  }
}

const none = (): Counts => ({ imported: 0, present: 0, skipped: 0 });
