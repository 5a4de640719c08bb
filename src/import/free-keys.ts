import type { Id } from '../platform/schemas/schemas.js';
import type { ImportKeysRepository, StoredKey } from './import-keys.repository.js';
import { MAX_KEY_BYTES } from './import.limits.js';
import type { ImportedPost } from './import.model.js';

/** The keys of new posts of a batch. If another post has the key of a post, it gets another one. */
export class FreeKeys {
  private readonly taken = new Map<string, StoredKey>();

  constructor(
    private readonly known: ReadonlyMap<string, StoredKey>,
    private readonly keys: ImportKeysRepository,
  ) {}

  /** Returns the new post of the batch that is the same post. */
  inBatch({ key, traces }: ImportedPost): StoredKey | undefined {
    const before = this.taken.get(key);
    const isOther = before?.guid && traces?.guid && before.guid !== traces.guid;
    return isOther ? undefined : before;
  }

  /** Returns undefined if other posts have all keys that the post can have. */
  async take({ key, localKey, traces }: ImportedPost, id: Id): Promise<string | undefined> {
    const row = { id, guid: traces?.guid ?? null, isFresh: true };
    const free =
      [key, localKey].find((one) => one !== undefined && !this.isTaken(one)) ?? (await this.byGuid(traces));
    if (free !== undefined) this.taken.set(free, { ...row, key: free });
    return free;
  }

  private isTaken(key: string): boolean {
    return this.known.has(key) || this.taken.has(key) || Buffer.byteLength(key) > MAX_KEY_BYTES;
  }

  private async byGuid(traces: ImportedPost['traces']): Promise<string | undefined> {
    if (traces?.guid === undefined) return undefined;
    const key = `wordpress ${traces.namedSite ?? traces.site} guid ${traces.guid}`;
    return this.isTaken(key) || (await this.keys.find([key])).size > 0 ? undefined : key;
  }
}
