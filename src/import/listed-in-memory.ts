import type { Listing } from './import.report.js';
import type { ListedItem } from './listed-item.js';

/** The maximum for a response. Longer lists would require much time in the server and in the client. */
const MOST_ITEMS = 10_000;
const MOST_CHARACTERS = 4_000_000;

/** Keeps the first items that an import lists, and counts the others. */
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
