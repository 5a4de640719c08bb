import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { isBehind, isSettled, type Look } from './horizon.js';
import { Horizons } from './horizons.js';
import type { SortKey } from './keyset.js';
import { lastOf, type Position, type Sortable } from './cursors.js';
import type { ListQuery } from './list-query.js';

interface Ending {
  /** Where the page ends when another follows. */
  last: Position | undefined;
}

/** What a page is read for. */
interface Asked {
  query: ListQuery;
  key: SortKey;
  start: Position | undefined;
}

/** @param before rows whose sort key is this or later are left out */
type Read<T> = (before?: string) => Promise<T>;

/**
 * Pages of lists whose rows get their sort key from the clock as they are
 * written, and are committed in another order. Such a page is followed by
 * another only up to the point before which no row can be added any more.
 * Source: docs/decisions/0035-the-end-of-a-list.md.
 */
@Injectable()
export class Tails {
  constructor(private readonly horizons: Horizons) {}

  /** @returns the page; `isCut` when writers that take long end it early, so that it will be another in a moment */
  async read<P extends Ending>(asked: Asked, read: Read<P>): Promise<P & { isCut: boolean }> {
    const { writers } = asked.key;
    if (writers === undefined || asked.query.sort.descending) return { ...(await read()), isCut: false };
    // A look tells of the rows that are read after it: what was committed in between is missing in an earlier read.
    const known = this.horizons.known(writers) ?? -Infinity;
    const page = await read();
    if (page.last === undefined || isBehind(page.last.key, known)) return { ...page, isCut: false };
    const look = await this.horizons.reach(writers, page.last.key);
    const again = await read();
    if (again.last === undefined || isSettled(again.last.key, look)) return { ...again, isCut: false };
    return { ...(await this.cut(asked, look, again, read)), isCut: true };
  }

  /** The same for rows, of which one more than `limit` was asked for. */
  rows<R extends Sortable>(asked: Asked, read: Read<R[]>): Promise<Ending & { rows: R[] }> {
    return this.read(asked, async (before) => {
      const rows = await read(before);
      return { rows, last: lastOf(asked.query, rows) };
    });
  }

  /** A numbered page shows its rows whatever follows: the next number counts them. */
  private async cut<P extends Ending>(
    { query, start }: Asked,
    look: Look,
    whole: P,
    read: Read<P>,
  ): Promise<P> {
    const before = new Date(look.horizon).toISOString();
    const page = query.page === undefined ? await read(before) : { ...whole, last: undefined };
    return { ...page, last: page.last ?? later(start, { key: before, id: NIL }) };
  }
}

/** A cursor never goes back: that of a former release may be beyond the horizon. */
const later = (start: Position | undefined, end: Position): Position =>
  start && Date.parse(start.key) >= Date.parse(end.key) ? start : end;
