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
  /** Items that were left out or changed; none here where `ImportOptions.listing` took them. */
  items: ListedItem[];
  /** How many more there were than `items` holds. */
  unlisted: number;
}

/** Takes listed items as they come: a file may have any number of them. */
export interface Listing {
  add(item: ListedItem): void;
  /** Forgets all: the import begins anew. */
  clear(): void;
}

const KINDS = ['author', 'tag', 'post', 'page', 'comment'];

/** Titles and keys are there to recognize an item by; a reason may quote the file. */
const LONGEST_TITLE = 200;
const LONGEST_TEXT = 500;

/** A file may invent kinds; beyond these they are counted as one. */
const MOST_KINDS = 100;
const OTHER = 'other';

/** Counts what an import does with each item of the file. */
export class Tally {
  private readonly byKind = new Map(KINDS.map((kind) => [kind, none()]));

  constructor(private readonly listing: Listing) {
    listing.clear();
  }

  /** Counts an item, and lists it if there are reasons to. */
  add(outcome: keyof Counts, kind: string, key: string, title: string, reasons: string[] = []): void {
    this.countsOf(kind)[outcome] += 1;
    if (reasons.length === 0) return;
    this.listing.add({
      outcome,
      kind: cut(kind, LONGEST_TITLE),
      key: cut(key, LONGEST_TEXT),
      title: cut(title, LONGEST_TITLE),
      reasons: reasons.map((reason) => cut(reason, LONGEST_TEXT)),
    });
  }

  skipped({ kind, key, title, reason }: Skipped): void {
    this.add('skipped', kind, key, title, [reason]);
  }

  counts(): Record<string, Counts> {
    return Object.fromEntries(this.byKind);
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

const cut = (text: string, length: number) => text.slice(0, length).toWellFormed();

const none = (): Counts => ({ imported: 0, present: 0, skipped: 0 });
