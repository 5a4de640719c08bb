import { describe, expect, it } from '@jest/globals';
import type { SecretsSettings } from '../secrets/secrets.settings.js';
import { Cursors } from './cursors.js';
import type { ListQuery } from './list-query.js';

const QUERY: ListQuery = {
  limit: 2,
  sort: { key: 'createdAt', descending: true },
  include: [],
  filter: { type: ['post'], status: ['draft'] },
};
const POSITION = { key: '2026-11-20T18:51:12.123456Z', id: '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41' };
const ROW = { sortKey: POSITION.key, id: POSITION.id, title: 'Words' };
const VIEW = { id: POSITION.id, title: 'Words' };

const cursors = (secret = 'a') => new Cursors({ JWT_SECRET: secret } as SecretsSettings);
const page = (rows: number, query = QUERY, list = 'posts', by = cursors()) =>
  by.page(list, query, Array<typeof ROW>(rows).fill(ROW));
const cursorOf = (...given: Parameters<typeof page>) => page(...given).meta.nextCursor as string;

describe('a cursor', () => {
  it('brings back the position at full precision', () => {
    expect(cursors().start('posts', { ...QUERY, cursor: cursorOf(3) })).toEqual(POSITION);
  });

  it('is there only when another row follows, which the page does not show', () => {
    expect(page(3).data).toHaveLength(2);
    expect(page(2)).toEqual({ data: [VIEW, VIEW], meta: { nextCursor: null } });
    expect(page(0).meta.nextCursor).toBeNull();
  });

  it('is good for another limit, other fields and includes, and the same filter in another order', () => {
    const cursor = cursorOf(3);
    const filter = { status: ['draft'], type: ['post'] };
    for (const change of [{ limit: 50 }, { fields: ['id'] }, { include: ['tags'] }, { filter }])
      expect(cursors().start('posts', { ...QUERY, ...change, cursor })).toEqual(POSITION);
  });

  it('is refused with another filter, search, sort or list, and by another deployment', () => {
    const cursor = cursorOf(3);
    for (const change of [
      { filter: { type: ['post'] } },
      { q: 'x' },
      { sort: { key: 'createdAt', descending: false } },
      { sort: { key: 'updatedAt', descending: true } },
    ])
      expect(() => cursors().start('posts', { ...QUERY, ...change, cursor })).toThrow(/another filter/);
    expect(() => cursors().start('users', { ...QUERY, cursor })).toThrow(/another filter/);
    expect(() => cursors('b').start('posts', { ...QUERY, cursor })).toThrow(/comes from another deployment/);
  });

  it('has one spelling', () => {
    const cursor = cursorOf(3);
    for (const other of [`${cursor}=`, `${cursor}!`, `${cursor} `, cursor.replace('.', '.='), `${cursor}.`])
      expect(() => cursors().start('posts', { ...QUERY, cursor: other })).toThrow(
        /damaged or comes from another deployment/,
      );
  });

  it('is good for the same filter with its values twice or in another order', () => {
    const cursor = cursorOf(3, { ...QUERY, filter: { status: ['draft', 'archived'] } });
    const filter = { status: ['archived', 'draft', 'archived'] };
    expect(cursors().start('posts', { ...QUERY, filter, cursor })).toEqual(POSITION);
  });

  it('is refused when one letter of it is another', () => {
    const cursor = cursorOf(3);
    for (let at = 0; at < cursor.length; at++) {
      const changed = cursor.slice(0, at) + (cursor[at] === 'x' ? 'y' : 'x') + cursor.slice(at + 1);
      expect(() => cursors().start('posts', { ...QUERY, cursor: changed })).toThrow();
    }
  });
});
