import type { ListedItem, Listing } from './import.report.js';

/** What an answer holds: more would be long to write, for the server and for whoever reads it. */
const MOST_ITEMS = 10_000;
const MOST_CHARACTERS = 4_000_000;

/** The first of what an import lists, and how many follow. */
export class ListedInMemory implements Listing {
  items: ListedItem[] = [];
  unlisted = 0;
  private characters = 0;

  add(item: ListedItem): void {
    if (this.items.length >= MOST_ITEMS || this.characters >= MOST_CHARACTERS) {
      this.unlisted += 1;
      return;
    }
    this.items.push(item);
    const { kind, key, title, reasons } = item;
    this.characters += [kind, key, title, ...reasons].reduce((sum, text) => sum + text.length, 0);
  }

  clear(): void {
    this.items = [];
    this.unlisted = this.characters = 0;
  }
}
