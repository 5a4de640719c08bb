import { createReadStream, ftruncateSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Listing } from '../import/import.report.js';
import type { ListedItem } from '../import/listed-item.js';

const BUFFER_CHARACTERS = 64 * 1024;

/** Stores the items that an import lists in a file until the end, so that a long list requires no memory. */
export class ListedItems implements Listing {
  count = 0;
  private buffer = '';
  private length = 0;

  /** @param descriptor an empty file that is open for writing and reading */
  constructor(private readonly descriptor: number) {}

  add(item: ListedItem): void {
    this.count += 1;
    this.buffer += `${JSON.stringify(item)}\n`;
    if (this.buffer.length >= BUFFER_CHARACTERS) this.flush();
  }

  clear(): void {
    this.count = 0;
    this.buffer = '';
    this.length = 0;
    ftruncateSync(this.descriptor);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ListedItem, void, void> {
    this.flush();
    const input = createReadStream('', { fd: this.descriptor, start: 0, autoClose: false });
    for await (const line of createInterface({ input })) yield JSON.parse(line) as ListedItem;
  }

  private flush(): void {
    this.length += writeSync(this.descriptor, this.buffer, this.length);
    this.buffer = '';
  }
}
