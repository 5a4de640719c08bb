import { expect, it } from '@jest/globals';
import type { FastifyInstance, RouteOptions } from 'fastify';
import type { Cache } from '../../cache/cache.js';
import type { HttpSettings } from '../settings/http.settings.js';
import { PublicReads } from './public-reads.js';

const READ = new Error('read');

/** The handler of a marked route, and how often its URLs were planned. */
function watched() {
  const held = () => {
    throw READ;
  };
  const reads = new PublicReads(
    { held } as unknown as Cache,
    { PUBLIC_MAX_AGE: 0, PUBLIC_STALE_IF_ERROR: 0 } as HttpSettings,
  );
  const planned: string[] = [];
  reads.add('list', ({ url }) => {
    planned.push(url);
    return { key: url, tags: [], load: () => Promise.resolve(null) };
  });
  const route = { config: { publicRead: 'list' }, handler: () => 'nest' } as unknown as RouteOptions;
  reads.watch({
    addHook: (_name: string, hook: (route: RouteOptions) => void) => hook(route),
  } as unknown as FastifyInstance);
  const ask = (url: string) =>
    (route.handler as (request: unknown, reply: unknown) => Promise<unknown>)({ url, headers: {} }, {});
  return { ask, planned };
}

it('remembers the plan of an address, unless it is long: a thousand of them are kept', async () => {
  const { ask, planned } = watched();
  const [short, long] = ['/posts?limit=1', `/posts?filter[tag]=${'x'.repeat(4000)}`];
  for (const url of [short, short, long, long]) await expect(ask(url)).rejects.toBe(READ);
  expect(planned).toEqual([short, long, long]);
});
