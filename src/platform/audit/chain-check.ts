import { type ChainedEntry, digestOf, GENESIS, sealOf } from './chain.js';
import type { ChainRow } from './chain-reader.js';

/**
 * Compares the seals with their entries, in the order of their positions. A fault in one entry does not make the
 * entries after it faulty, because each is compared with the stored hash before it.
 */
export class ChainCheck {
  readonly faults: string[] = [];
  entries = 0;
  erased = 0;
  head: { position: number; hash: Buffer } | undefined;

  /** @param erasedAccounts those whose personal data was removed */
  constructor(private readonly erasedAccounts: ReadonlySet<string>) {}

  take(row: ChainRow): void {
    const isStart = this.head === undefined;
    const previous = this.hashBefore(row);
    this.head = row;
    if (row.id === null) {
      // The retention leaves the last seal of the entries that it deletes, at the start of the chain.
      if (!isStart || !row.isOld) this.faults.push(`${named(row)} was removed`);
      return;
    }
    this.entries += 1;
    const entry = row as ChainRow & ChainedEntry;
    const isSame = previous === undefined || sealOf(previous, row.position, entry).equals(row.hash);
    const isErased = [this.isErased(entry, 'network'), this.isErased(entry, 'changes')];
    if (!isSame || isErased.includes(undefined))
      this.faults.push(`${named(row)} (${entry.action}) was changed`);
    if (isErased.includes(true)) this.erased += 1;
  }

  /** Returns undefined if the hash before this row is not known. */
  private hashBefore({ position, id }: ChainRow): Buffer | undefined {
    const before = this.head?.position ?? 0;
    if (position === before + 1) return this.head?.hash ?? GENESIS;
    const isStart = this.head === undefined && id === null;
    if (!isStart) this.faults.push(`the positions ${before + 1} to ${position - 1} are missing`);
    return undefined;
  }

  /** Returns undefined if the text is another one, or is missing and nobody has erased it. */
  private isErased(entry: ChainRow & ChainedEntry, part: 'network' | 'changes'): boolean | undefined {
    const [text, salt, digest] = [entry[part], entry[`${part}Salt`], entry[`${part}Digest`]];
    if (digest === null) return text === null ? false : undefined;
    if (text !== null) return salt !== null && digestOf(salt, text).equals(digest) ? false : undefined;
    const account = part === 'network' ? entry.actorId : entry.targetId;
    return account !== null && this.erasedAccounts.has(account) ? true : undefined;
  }
}

const named = ({ position, entryId }: ChainRow) => `entry ${entryId} at position ${position}`;
