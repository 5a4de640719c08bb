/** The table uses 256 KiB. If as many keys occur in turn, about two of three are recognized. */
const PLACES = 65_536;

/** Remembers recent keys in a fixed amount of memory. A later key replaces an earlier one at the same place. */
export class SeenKeys {
  private readonly hashes = new Uint32Array(PLACES);

  /** @returns whether the key is in the table; this is rarely true for a new key */
  add(key: string): boolean {
    const hash = hashOf(key);
    const place = hash & (PLACES - 1);
    if (this.hashes[place] === hash) return true;
    this.hashes[place] = hash;
    return false;
  }
}

/** Computes FNV-1a with 32 bits. The high half is mixed into the low half, which selects the place. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
