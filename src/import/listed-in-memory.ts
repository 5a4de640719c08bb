import type { ListedItem, Listing } from './import.report.js';

/** The maximum for a response: more would take long to write for the server and to read for the client. */
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
