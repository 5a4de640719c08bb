import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { csv } from '../schemas/schemas.js';
import { listQuery, parametersOf } from './list-query.js';
import { unknownParameter } from './parameter-hints.js';

const Posts = listQuery({
  sort: ['publishedAt'],
  defaultSort: '-publishedAt',
  fields: ['id', 'title', 'body'],
  include: ['author', 'tags'],
  search: true,
  filters: {
    type: csv(z.enum(['post', 'page'])),
    authorId: csv(z.string()),
    tag: csv(z.string()),
    publishedAt: { gte: z.string(), lt: z.string() },
  },
  hints: { type: ['filter[type]=page', 'post_type'], tag: ['filter[tag]=news', 'category'] },
});
const Tags = listQuery({ sort: ['name'], defaultSort: 'name', fields: ['slug', 'name'] });

const said = (schema: object, name: string) =>
  unknownParameter(name, parametersOf(schema) ?? { names: [], instead: new Map() });

describe('an unknown parameter of a list', () => {
  it.each([
    ['type', 'filter[type]', 'filter[type]=page'],
    ['post_type', 'filter[type]', 'filter[type]=page'],
    ['filter[post_type]', 'filter[type]', 'filter[type]=page'],
    ['filters[type][$eq]', 'filter[type]', 'filter[type]=page'],
    ['filter.type', 'filter[type]', 'filter[type]=page'],
    ['filter', 'filter[type]', 'filter[type]=page'],
    ['category', 'filter[tag]', 'filter[tag]=news'],
    ['tags', 'filter[tag]', 'filter[tag]=news'],
    ['per_page', 'limit', 'limit=20'],
    ['page[size]', 'limit', 'limit=20'],
    ['pageSize', 'limit', 'limit=20'],
    ['LIMIT', 'limit', 'limit=20'],
    ['$top', 'limit', 'limit=20'],
    ['offset', 'cursor', 'cursor=<meta.nextCursor of the previous page>'],
    ['starting_after', 'cursor', 'cursor=<meta.nextCursor of the previous page>'],
    ['page[number]', 'page', 'page=2'],
    ['order', 'sort', 'sort=-publishedAt'],
    ['orderby', 'sort', 'sort=-publishedAt'],
    ['sort_by', 'sort', 'sort=-publishedAt'],
    ['select', 'fields', 'fields=id,title'],
    ['_fields', 'fields', 'fields=id,title'],
    ['_embed', 'include', 'include=author,tags'],
    ['expand', 'include', 'include=author,tags'],
    ['search', 'q', 'q=<words>'],
    ['s', 'q', 'q=<words>'],
  ])('%s: the message names %s with an example', (name, parameter, example) => {
    expect(said(Posts, name)).toBe(
      `is not a known parameter; use ${parameter} instead, for example ${example}`,
    );
  });

  it('has a name alone where no example was given', () => {
    expect(said(Posts, 'author')).toBe('is not a known parameter; use filter[authorId] instead');
    expect(said(Posts, 'published_at')).toBe(
      'is not a known parameter; use filter[publishedAt][gte] instead',
    );
  });

  it.each(['type', 'author', 'search', 'expand', 'filter', 'category', 'filter[type]'])(
    '%s is never answered with a parameter that the list does not have',
    (name) => {
      expect(said(Tags, name)).toBe(
        'is not a known parameter; this endpoint has limit, cursor, page, sort, fields',
      );
    },
  );

  it.each(['title', 'filter[title]', 'constructor', '__proto__', 'toString', '', '[', 'filter['])(
    '%j is answered with all parameters',
    (name) => {
      expect(said(Posts, name)).toMatch(/this endpoint has limit, .*, q, filter\[type\], .*\[lt\]$/);
    },
  );

  it('without any list has no parameter', () => {
    expect(said({}, 'limit')).toBe('is not a known parameter; this endpoint has no query parameters');
  });

  it('is not hinted at by an example of what the list lacks', () => {
    const fields = ['id'] as const;
    const options = { sort: ['id'] as const, defaultSort: 'id' as const, fields, filters: { a: z.string() } };
    expect(() => listQuery({ ...options, hints: { a: ['filter[b]=x'] } })).toThrow('filter[b]=x');
  });
});
