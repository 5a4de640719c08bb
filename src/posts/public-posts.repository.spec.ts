import { describe, expect, it } from '@jest/globals';
import type { Database } from '../platform/database/database.js';
import type { ExpensiveReads } from '../platform/database/expensive-reads.js';
import type { Position } from '../platform/lists/cursors.js';
import { ListPostsQuery } from './post-lists.schemas.js';
import { PublicPostsRepository } from './public-posts.repository.js';

const POSITION: Position = { key: '2026-01-01T00:00:00Z', id: '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41' };

/** The texts that a connection would prepare. */
async function preparedBy(queries: object[]): Promise<Set<string>> {
  const texts = new Set<string>();
  const answer = (text?: string) => {
    if (text !== undefined) texts.add(text);
    return Promise.resolve([{ items: '', key: null, id: null, found: 0 }]);
  };
  const database = {
    prepared: ({ text }: { text: string }) => answer(text),
    query: () => answer(),
  } as unknown as Database;
  const expensive = { search: () => answer(), read: () => answer() } as unknown as ExpensiveReads;
  const posts = new PublicPostsRepository(database, expensive);
  for (const query of queries)
    for (const start of [undefined, POSITION]) await posts.page(ListPostsQuery.parse(query), start)();
  return texts;
}

/** All combinations of up to six of the words, many of them several times. */
function arrangements(words: string[]): string[] {
  const lists = [words];
  for (let length = 2; length <= 6; length++)
    lists.push((lists.at(-1) as string[]).flatMap((list) => words.map((word) => `${list},${word}`)));
  return lists.flat();
}

describe('the statements that a connection keeps prepared', () => {
  it('are the same, in whichever order and however often a filter names a word', async () => {
    const types = arrangements(['post', 'page']).map((type) => ({ 'filter[type]': type }));
    expect(types.length).toBeGreaterThan(100);
    expect((await preparedBy(types)).size).toBe(2 * 3);
  });

  it('are at most 80, whatever is asked', async () => {
    const filters = [
      {},
      ...['post', 'page', 'post,page'].map((type) => ({ 'filter[type]': type })),
      ...arrangements(['draft', 'published', 'archived']).map((status) => ({ 'filter[status]': status })),
      ...['a', 'a,b', 'c'].map((tag) => ({ 'filter[tag]': tag })),
      ...[1, 2, 3].map((many) => ({ 'filter[authorId]': Array(many).fill(POSITION.id).join() })),
      { 'filter[authorId]': POSITION.id, 'filter[tag]': 'a' },
      { 'filter[publishedAt][gte]': POSITION.key },
      { 'filter[featured]': 'true' },
      { 'filter[parentId]': POSITION.id },
    ];
    const shapes = [{}, { include: 'author' }, { include: 'tags' }, { include: 'tags,author,tags' }].flatMap(
      (include) => ['publishedAt', '-publishedAt'].map((sort) => ({ ...include, sort })),
    );
    const others = [{ limit: '7' }, { page: '2' }, { q: 'word' }, { fields: 'title' }, { sort: 'createdAt' }];
    const queries = filters.flatMap((filter) =>
      [...shapes, ...others].map((shape) => ({ ...filter, ...shape })),
    );
    expect((await preparedBy(queries)).size).toBeLessThanOrEqual(80);
  });
});
