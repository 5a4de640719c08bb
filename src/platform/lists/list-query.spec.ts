import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { canonical, listQuery } from './list-query.js';
import { csv } from '../schemas/schemas.js';

const Query = listQuery({
  sort: ['createdAt', 'name'],
  defaultSort: '-createdAt',
  fields: ['id', 'name'],
  include: ['author', 'tags'],
  defaultInclude: ['author'],
  search: true,
  filters: { status: csv(z.enum(['draft', 'published'])), createdAt: { gte: z.string(), lt: z.string() } },
});

describe('the query of a list', () => {
  it('has a default for all that may be absent', () => {
    expect(Query.parse({})).toEqual({
      limit: 20,
      sort: { key: 'createdAt', descending: true },
      include: ['author'],
      filter: {},
    });
  });

  it('includes nothing by itself beside fields, nor where include is empty', () => {
    expect(Query.parse({ fields: 'name' }).include).toEqual([]);
    expect(Query.parse({ fields: 'name', include: 'author' }).include).toEqual(['author']);
    expect(Query.parse({ include: '' }).include).toEqual([]);
  });

  it('reads flat keys, and a comma as or', () => {
    expect(
      Query.parse({
        limit: '7',
        page: '2',
        sort: 'name',
        fields: 'name,id',
        include: 'tags',
        q: 'x',
        'filter[status]': 'draft,published',
        'filter[createdAt][gte]': 'a',
        'filter[createdAt][lt]': 'b',
      }),
    ).toEqual({
      limit: 7,
      page: 2,
      sort: { key: 'name', descending: false },
      fields: ['name', 'id'],
      include: ['tags'],
      q: 'x',
      filter: { status: ['draft', 'published'], createdAt: { gte: 'a', lt: 'b' } },
    });
  });

  it.each([
    { cursor: 'x', page: '1' },
    { limit: '0' },
    { limit: '101' },
    { page: '101' },
    { sort: 'id' },
    { sort: '+name' },
    { fields: 'secret' },
    { include: 'secret' },
    { 'filter[secret]': 'x' },
    { 'filter[status]': 'x' },
    { 'filter[status][gte]': 'draft' },
    { 'filter[createdAt]': 'x' },
    { filter: 'x' },
    { constructor: 'x' },
    JSON.parse('{"__proto__":"x"}') as object,
  ])('refuses %j', (query) => {
    expect(Query.safeParse(query).success).toBe(false);
  });
});

describe('the one spelling of a query', () => {
  it('is the same for what is named twice or in another order', () => {
    const one = { fields: 'id,name', include: 'author,tags', 'filter[status]': 'draft,published' };
    const other = {
      'filter[status]': 'published,draft,published',
      include: 'tags,author',
      fields: 'name,id,name,name',
      limit: '20',
    };
    expect(JSON.stringify(canonical(Query.parse(other)))).toBe(JSON.stringify(canonical(Query.parse(one))));
    expect(canonical(Query.parse({}))).toEqual(Query.parse({}));
  });
});
