import { setTimeout as delay } from 'node:timers/promises';

/** Pages have 1 to 20 items, so that they end at every position. */
const MOST_ITEMS = 20;
const PAUSE_MS = 5;

/** An item of a list with the requested fields. */
interface Item {
  id: string;
  version?: number;
}

interface Page {
  data: Item[];
  meta: { nextCursor: string | null };
}

export type KeyOf = (item: Item) => string;

/** Follows an ascending list: it continues if a page names the next one, and otherwise requests the last page again. */
export class TailReader {
  readonly seen = new Set<string>();
  readonly times: number[] = [];
  private readonly urls: string[];
  private readonly path: string;
  private readonly keyOf: KeyOf;
  private readonly headers: Record<string, string>;
  private following = false;
  private ended: Promise<void> | undefined;
  private cursor: string | undefined;
  emptyPages = 0;

  constructor(urls: string[], path: string, token?: string, keyOf: KeyOf = ({ id }) => id) {
    this.urls = urls;
    this.path = path;
    this.keyOf = keyOf;
    this.headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  begin(): void {
    this.following = true;
    this.ended = this.follow();
  }

  /** Reads to the end, once from the current position. */
  async end(): Promise<void> {
    this.following = false;
    await this.ended;
    while (await this.turn()) continue;
  }

  private async follow(): Promise<void> {
    while (this.following) if (!(await this.turn())) await delay(PAUSE_MS);
  }

  /** @returns whether there is a next page */
  private async turn(): Promise<boolean> {
    const url = this.urls[this.times.length % this.urls.length];
    const limit = 1 + Math.floor(Math.random() * MOST_ITEMS);
    const cursor = this.cursor ? `&cursor=${encodeURIComponent(this.cursor)}` : '';
    const since = performance.now();
    const answer = await fetch(`${url}${this.path}&limit=${limit}${cursor}`, { headers: this.headers });
    const { data, meta } = (await answer.json()) as Page;
    if (!answer.ok) throw new Error(`${this.path}: ${answer.status}`);
    this.times.push(performance.now() - since);
    for (const item of data) this.seen.add(this.keyOf(item));
    if (meta.nextCursor === null) return false;
    if (data.length === 0) this.emptyPages++;
    this.cursor = meta.nextCursor;
    return true;
  }
}
