import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { isBehind, isSettled, type Look } from './horizon.js';
import { Horizons } from './horizons.js';
import type { SortKey } from './keyset.js';
import { lastOf, type Position, type Sortable } from './cursors.js';
import type { ListQuery } from './list-query.js';

interface Ending {
  /** The end of the page if another page follows. */
  last: Position | undefined;
}

/** The query of a page and its position. */
interface Asked {
  query: ListQuery;
  key: SortKey;
  start: Position | undefined;
}

/** @param before excludes rows with this sort key or a later one */
type Read<T> = (before?: string) => Promise<T>;

/**
 * Reads pages of lists whose sort key is the time of the write, because such rows are committed in another order. A
 * page only ends, so that another one follows, where no rows can be added before its end any more.
 * Source: docs/decisions/0035-the-end-of-a-list.md.
 */
@Injectable()
export class Tails {
  constructor(private readonly horizons: Horizons) {}

  /** @returns the page; `isCut` is true if slow writers end it early, so that it will soon change */
  async read<P extends Ending>(asked: Asked, read: Read<P>): Promise<P & { isCut: boolean }> {
    const { writers } = asked.key;
    if (writers === undefined || asked.query.sort.descending) return { ...(await read()), isCut: false };
    // A look describes the rows that are read after it. An earlier read can miss what was committed in between.
    const known = this.horizons.known(writers) ?? -Infinity;
    const page = await read();
    if (page.last === undefined || isBehind(page.last.key, known)) return { ...page, isCut: false };
    const look = await this.horizons.reach(writers, page.last.key);
    const again = await read();
    if (again.last === undefined || isSettled(again.last.key, look)) return { ...again, isCut: false };
    return { ...(await this.cut(asked, look, again, read)), isCut: true };
  }

  /** Like `read`, for rows with one row more than `limit`. */
  rows<R extends Sortable>(asked: Asked, read: Read<R[]>): Promise<Ending & { rows: R[] }> {
    return this.read(asked, async (before) => {
      const rows = await read(before);
      return { rows, last: lastOf(asked.query, rows) };
    });
  }

  /** A numbered page contains its rows whatever follows, because the next number counts them. */
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

/** A cursor never goes back. A cursor of an earlier release can be after the horizon. */
const later = (start: Position | undefined, end: Position): Position =>
  start && Date.parse(start.key) >= Date.parse(end.key) ? start : end;
