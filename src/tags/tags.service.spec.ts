import { describe, expect, it } from '@jest/globals';
import type { Cache } from '../platform/cache/cache.js';
import type { Events } from '../platform/events/events.js';
import type { Principal, Role } from '../platform/http/access/principal.js';
import { TagNotFound } from './tags.errors.js';
import type { TagsRepository } from './tags.repository.js';
import { TagsService } from './tags.service.js';

/** @param ids of the tags that exist, by their names in lower case */
function service(ids: Record<string, string> = {}) {
  const inserted: string[] = [];
  let cached = 0;
  const tags = {
    findIds: (names: string[]) =>
      Promise.resolve(new Map(names.flatMap((name) => (idOf(name) ? [[name, idOf(name)]] : [])))),
    insert: ({ name }: { name: string }) => {
      inserted.push(name);
      const isNew = !idOf(name);
      if (isNew) ids[name.toLowerCase()] = `new ${name}`;
      return Promise.resolve(isNew ? idOf(name) : null);
    },
    insertFree: (given: { name: string }[]) => {
      const made = given.filter(({ name }) => !idOf(name));
      inserted.push(...made.map(({ name }) => name));
      for (const { name } of made) ids[name.toLowerCase()] = `new ${name}`;
      return Promise.resolve(made.map(({ name }) => ({ id: idOf(name), name })));
    },
    findVisible: (slug: string) => Promise.resolve(slug === 'known' ? { id: '1', slug } : undefined),
  };
  const idOf = (name: string) => ids[name.toLowerCase()];
  const cache = {
    read: (_entry: unknown, load: () => Promise<unknown>) => {
      cached++;
      return load();
    },
  };
  return {
    inserted,
    cached: () => cached,
    tags: new TagsService(
      tags as unknown as TagsRepository,
      {} as never,
      cache as unknown as Cache,
      {} as never,
      { record: () => Promise.resolve(), recordAll: () => Promise.resolve() } as unknown as Events,
    ),
  };
}

describe('the tags of a post', () => {
  it('are one where their names differ by case alone', async () => {
    const { tags, inserted } = service({ physics: 'p', 'graph theory': 'g' });
    expect([...(await tags.resolve(['Physics', 'Graph theory', 'PHYSICS']))]).toEqual([
      ['Physics', 'p'],
      ['Graph theory', 'g'],
      ['PHYSICS', 'p'],
    ]);
    expect(inserted).toEqual([]);
  });

  it('that are new are inserted in one order, whatever the order of the post', async () => {
    const { tags, inserted } = service({ physics: 'p' });
    expect([...(await tags.resolve(['b', 'Physics', 'A'])).values()]).toEqual(['new b', 'p', 'new A']);
    expect(inserted).toEqual(['A', 'b']);
  });
});

describe('a tag', () => {
  const as = (role: Role): Principal => ({ id: 'u', role, sessionId: 's' });

  it('is read from the cache for everybody but those who see unpublished posts', async () => {
    for (const [by, shared] of [
      [null, 1],
      [as('user'), 1],
      [as('author'), 0],
      [as('admin'), 0],
    ] as const) {
      const { tags, cached } = service();
      await tags.get('known', by);
      expect([by?.role, cached()]).toEqual([by?.role, shared]);
    }
  });

  it('that is not there is not found', async () => {
    await expect(service().tags.get('unknown', null)).rejects.toThrow(TagNotFound);
  });
});
