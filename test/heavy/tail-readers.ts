import { setTimeout as delay } from 'node:timers/promises';

/** Pages of 1 to 20 items, so that a page ends everywhere. */
const MOST_ITEMS = 20;
const PAUSE_MS = 5;

/** Follows an ascending list: goes on where a page names the next one, and asks for the last one again. */
export class TailReader {
  seen = new Set();
  times = [];
  emptyPages = 0;

  constructor(urls, path, token, keyOf = ({ id }) => id) {
    this.urls = urls;
    this.path = path;
    this.keyOf = keyOf;
    this.headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  begin() {
    this.following = true;
    this.ended = this.follow();
  }

  /** Reads on to the end, once more from where it stands. */
  async end() {
    this.following = false;
    await this.ended;
    while (await this.turn()) continue;
  }

  async follow() {
    while (this.following) if (!(await this.turn())) await delay(PAUSE_MS);
  }

  /** @returns is there a next page? */
  async turn() {
    const url = this.urls[this.times.length % this.urls.length];
    const limit = 1 + Math.floor(Math.random() * MOST_ITEMS);
    const cursor = this.cursor ? `&cursor=${encodeURIComponent(this.cursor)}` : '';
    const since = performance.now();
    const answer = await fetch(`${url}${this.path}&limit=${limit}${cursor}`, { headers: this.headers });
    const { data, meta } = await answer.json();
    if (!answer.ok) throw new Error(`${this.path}: ${answer.status}`);
    this.times.push(performance.now() - since);
    for (const item of data) this.seen.add(this.keyOf(item));
    if (meta.nextCursor === null) return false;
    if (data.length === 0) this.emptyPages++;
    this.cursor = meta.nextCursor;
    return true;
  }
}
