import { createHash } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { secretsSettings } from '../secrets/secrets.settings.js';
import { InvalidCursor } from '../errors/request-problems.js';
import { canonical, type ListQuery } from './list-query.js';
import { SignedText } from './signed-text.js';
import type { Page } from '../schemas/schemas.js';

/** The end of a page: the sort key of its last row with full precision, and the id of that row. */
export interface Position {
  key: string;
  id: string;
}

/** A row of a list with its sort key as text. */
export interface Sortable {
  sortKey: string;
  id: string;
}

type Filter = Record<string, unknown>;

const Payload = z.tuple([z.string(), z.string(), z.uuid()]);

/** Opaque cursors that detect changes, of [hash of filter and sort, key, id]. */
@Injectable()
export class Cursors {
  private readonly texts: SignedText;

  constructor(@Inject(secretsSettings.KEY) config: ConfigType<typeof secretsSettings>) {
    this.texts = new SignedText(config.JWT_SECRET, 'galley/cursor/v1');
  }

  /**
   * Returns the position at which the page of `query` starts, or undefined for the first page.
   * @param usual the filters that apply if the query does not name them
   * @throws InvalidCursor if the cursor was changed or belongs to another query
   */
  start(list: string, query: ListQuery, usual: Filter = {}): Position | undefined {
    if (query.cursor === undefined) return undefined;
    const payload = this.texts.open(query.cursor);
    if (payload === undefined)
      throw new InvalidCursor(
        'The cursor is damaged or comes from another deployment. Start again without a cursor.',
      );
    const [hash, key, id] = Payload.parse(payload);
    if (!spellingsOf(query, usual).some((spelling) => hash === queryHash(list, spelling))) {
      throw new InvalidCursor(
        'The cursor belongs to a query with another filter, search or sort. Start again without a cursor.',
      );
    }
    return { key, id };
  }

  /** Turns `rows` (with one row more than `limit`) into a page with the cursor of the next page. */
  page<R extends Sortable>(
    list: string,
    query: ListQuery,
    rows: R[],
    last = lastOf(query, rows),
  ): Page<Omit<R, 'sortKey'>> {
    const data = rows.slice(0, query.limit).map(({ sortKey: _sortKey, ...row }) => row);
    return { data, meta: { nextCursor: this.next(list, query, last) } };
  }

  /** Returns the cursor of the page after `last`, or null if there are no more rows. */
  next(list: string, query: ListQuery, last: Position | undefined): string | null {
    return last ? this.texts.sign([queryHash(list, query), last.key, last.id]) : null;
  }
}

/** Returns the end of a page if another page follows, which the additional row shows. */
export function lastOf(query: ListQuery, rows: Sortable[]): Position | undefined {
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return last && { key: last.sortKey, id: last.id };
}

/**
 * A filter with its default value means the same as no filter, so that a cursor is valid for both. The hash of a
 * cursor covers the query as it was sent, which the previous release requires.
 */
function spellingsOf(query: ListQuery, usual: Filter): ListQuery[] {
  const given = canonical(query).filter as Filter;
  let filters = [given];
  for (const [name, value] of Object.entries(usual)) {
    if (name in given && JSON.stringify(given[name]) !== JSON.stringify(value)) continue;
    filters = filters.flatMap(({ [name]: _named, ...others }) => [others, { ...others, [name]: value }]);
  }
  return filters.map((filter) => ({ ...query, filter }));
}

/**
 * Returns 96 bits of a hash over the parts of a query that determine the order and the set of rows. It excludes
 * limit, fields and include.
 */
function queryHash(list: string, query: ListQuery): string {
  const { filter, q, sort } = canonical(query);
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, sorted, q ?? null, sort]))
    .digest('base64url')
    .slice(0, 16);
}
