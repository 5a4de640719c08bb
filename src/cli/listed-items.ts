import { createReadStream, closeSync, openSync, ftruncateSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Listing } from '../import/import.report.js';
import type { ListedItem } from '../import/listed-item.js';

const BUFFER_CHARACTERS = 64 * 1024;

/** Stores the items that an import lists in a file until the end, so that a long list requires no memory. */
export class ListedItems implements Listing {
  count = 0;
  private buffer = '';
  private readonly file: number;

  constructor(private readonly path: string) {
    this.file = openSync(path, 'w', 0o600);
  }

  add(item: ListedItem): void {
    this.count += 1;
    this.buffer += `${JSON.stringify(item)}\n`;
    if (this.buffer.length >= BUFFER_CHARACTERS) this.flush();
  }

  clear(): void {
    this.count = 0;
    this.buffer = '';
    ftruncateSync(this.file);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<ListedItem, void, void> {
    this.flush();
    closeSync(this.file);
    for await (const line of createInterface({ input: createReadStream(this.path) }))
      yield JSON.parse(line) as ListedItem;
  }

  private flush(): void {
    writeSync(this.file, this.buffer);
    this.buffer = '';
  }
}
