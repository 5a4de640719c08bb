/** 256 KiB: with as many keys in turn about two of three are known again. */
const PLACES = 65_536;

/** Which keys were asked for lately, in fixed memory: a later key takes the place of an earlier one. */
export class SeenKeys {
  private readonly hashes = new Uint32Array(PLACES);

  /** @returns whether it was there; seldom true of a key that was not */
  add(key: string): boolean {
    const hash = hashOf(key);
    const place = hash & (PLACES - 1);
    if (this.hashes[place] === hash) return true;
    this.hashes[place] = hash;
    return false;
  }
}

/** FNV-1a, 32 bits, its high half mixed into the low one that chooses the place. */
function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash ^ (hash >>> 15)) >>> 0;
}
