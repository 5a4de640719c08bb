import assert from 'node:assert/strict';
import { it } from 'node:test';
import { dearest, type Row, tableOf } from './cost-report.ts';

const row = (ms: number, given: Partial<Row> = {}): Row => ({
  ...{
    list: 'posts',
    caller: 'everybody',
    filter: 'none',
    sort: 'createdAt',
    page: 'limit=20',
    q: 'no q',
    ms,
  },
  statement: { text: '', values: [], prepared: false, bound: false },
  ...given,
});

it('shows the median and the worst of each class of filters', () => {
  const [, , ...lines] = tableOf([
    row(1),
    row(9, { caller: 'an editor' }),
    row(2),
    row(5, { filter: 'a tag' }),
  ]);
  assert.deepEqual(lines, [
    '| posts | none | 3 | 2.0 | 9.0 | an editor, none, createdAt, limit=20 |  |',
    '| posts | a tag | 1 | 5.0 | 5.0 | everybody, a tag, createdAt, limit=20 |  |',
  ]);
});

it('finds the most expensive statement without a search and with one', () => {
  const rows = [row(1), row(3), row(70, { q: 'a word' }), row(80, { q: 'a phrase' })];
  assert.deepEqual(
    dearest(rows).map(({ ms }) => ms),
    [3, 80],
  );
});
