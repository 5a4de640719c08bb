import { describe, expect, it } from '@jest/globals';
import { empty } from 'sql-template-tag';
import type { Look } from './horizon.js';
import type { Horizons } from './horizons.js';
import type { ListQuery } from './list-query.js';
import { Tails } from './tails.js';

const HOUR_MS = 3_600_000;
const text = (moment: number) => new Date(moment).toISOString();

describe('the end of an ascending list', () => {
  it('is looked at anew for rows that were written long after the last look', async () => {
    const now = Date.now();
    const looks: string[] = [];
    const horizons = {
      known: () => now - HOUR_MS,
      reach: (_writers: number, key: string): Promise<Look> => {
        looks.push(key);
        return Promise.resolve({ now, horizon: now - 20 }); // A writer started 20 ms ago.
      },
    };
    const tails = new Tails(horizons as unknown as Horizons);
    const asked = {
      query: { limit: 1, sort: { key: 'createdAt', descending: false } } as ListQuery,
      key: { expression: empty, type: 'timestamptz' as const, writers: 1 },
      start: undefined,
    };
    const last = { key: text(now - 10), id: '00000000-0000-4000-8000-000000000000' };
    const page = await tails.read(asked, (before) => Promise.resolve({ last: before ? undefined : last }));

    expect(looks).toEqual([last.key]);
    expect(page).toMatchObject({ isCut: true, last: { key: text(now - 20) } });
  });
});
