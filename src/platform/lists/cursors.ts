import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { secretsSettings } from '../secrets/secrets.settings.js';
import { InvalidCursor } from '../errors/problems.js';
import { canonical, type ListQuery } from './list-query.js';
import type { Page } from '../schemas/schemas.js';

/** Where a page ended: the sort key of its last row at full precision, and its id. */
export interface Position {
  key: string;
  id: string;
}

/** A row of a list, with the text of what it is sorted by. */
export interface Sortable {
  sortKey: string;
  id: string;
}

const MAC_BYTES = 16;
const Payload = z.tuple([z.string(), z.string(), z.uuid()]);

/**
 * Opaque, tamper-evident cursors: base64url of [hash of filter and sort, key,
 * id] with a truncated HMAC-SHA-256 under a key derived from JWT_SECRET by
 * HKDF (RFC 5869). Source: docs/decisions/0006-ids-and-cursors.md.
 */
@Injectable()
export class Cursors {
  private readonly key: Buffer;

  constructor(@Inject(secretsSettings.KEY) config: ConfigType<typeof secretsSettings>) {
    this.key = Buffer.from(hkdfSync('sha256', config.JWT_SECRET, '', 'galley/cursor/v1', 32));
  }

  /**
   * Where the page of `query` begins; undefined on the first.
   * @throws InvalidCursor when it was changed or belongs to another query
   */
  start(list: string, query: ListQuery): Position | undefined {
    if (query.cursor === undefined) return undefined;
    const [body = '', mac = '', ...rest] = query.cursor.split('.');
    // As text: base64 has several spellings of the same bytes, and a page is cached by its cursor.
    const [given, made] = [Buffer.from(mac), Buffer.from(this.mac(body))];
    const genuine = rest.length === 0 && given.length === made.length && timingSafeEqual(given, made);
    if (!genuine)
      throw new InvalidCursor(
        'The cursor is damaged or comes from another deployment. Start again without a cursor.',
      );
    const [hash, key, id] = Payload.parse(JSON.parse(Buffer.from(body, 'base64url').toString()));
    if (hash !== queryHash(list, query)) {
      throw new InvalidCursor(
        'The cursor belongs to a query with another filter, search or sort. Start again without a cursor.',
      );
    }
    return { key, id };
  }

  /** Cuts `rows` (one more than `limit` were asked for) into a page with the cursor of the next. */
  page<R extends Sortable>(
    list: string,
    query: ListQuery,
    rows: R[],
    last = lastOf(query, rows),
  ): Page<Omit<R, 'sortKey'>> {
    const data = rows.slice(0, query.limit).map(({ sortKey: _sortKey, ...row }) => row);
    return { data, meta: { nextCursor: this.next(list, query, last) } };
  }

  /** The cursor of the page that follows `last`; null when that was the last row of all. */
  next(list: string, query: ListQuery, last: Position | undefined): string | null {
    return last ? this.encode(queryHash(list, query), last) : null;
  }

  private encode(hash: string, { key, id }: Position): string {
    const body = Buffer.from(JSON.stringify([hash, key, id])).toString('base64url');
    return `${body}.${this.mac(body)}`;
  }

  private mac(body: string): string {
    return createHmac('sha256', this.key).update(body).digest().subarray(0, MAC_BYTES).toString('base64url');
  }
}

/** Where a page ends that another follows: one row more than `limit` was asked for. */
export function lastOf(query: ListQuery, rows: Sortable[]): Position | undefined {
  const last = rows.length > query.limit ? rows[query.limit - 1] : undefined;
  return last && { key: last.sortKey, id: last.id };
}

/** 96 bits over what decides the order and the set of rows; not over limit, fields or include. */
function queryHash(list: string, query: ListQuery): string {
  const { filter, q, sort } = canonical(query);
  const sorted = Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, sorted, q ?? null, sort]))
    .digest('base64url')
    .slice(0, 16);
}
