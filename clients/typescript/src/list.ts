/** One page of a list. */
export interface Page<Item> {
  data: Item[];
  /** The cursor of the next page is null on the last page. */
  meta: { nextCursor: string | null };
}

/**
 * A list, which is read when you iterate over it: `for await (const item of list)` reads page after page and returns
 * every item.
 */
export class List<Item> implements AsyncIterable<Item> {
  readonly #read: (cursor: string | undefined) => Promise<Page<Item>>;

  constructor(read: (cursor: string | undefined) => Promise<Page<Item>>) {
    this.#read = read;
  }

  /** Reads one page: the first one, or the one of a cursor. */
  page(cursor?: string): Promise<Page<Item>> {
    return this.#read(cursor);
  }

  /** Reads page after page. */
  async *pages(): AsyncGenerator<Page<Item>, void> {
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await this.page(cursor);
      yield page;
      cursor = page.meta.nextCursor;
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Item, void> {
    for await (const { data } of this.pages()) yield* data;
  }
}
