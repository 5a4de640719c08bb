import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { LoggedEvent } from '../platform/events/event.js';
import type { Principal } from '../platform/http/access/principal.js';
import { EventStream } from './event-stream.js';
import { EventStreams } from './event-streams.js';

const nothing = () => Promise.resolve();
const metric = { set: () => undefined, inc: () => undefined };

/** Streams of a process whose log ends at the position 0. */
function someStreams(count: number): { all: EventStream[]; streams: EventStreams } {
  const tail = { head: 0, add: () => undefined };
  const messages = { of: () => Promise.resolve(new Map()) };
  const parts = [tail, {}, messages, { check: nothing }, {}, {}, metric, metric, metric];
  const streams = new EventStreams(...(parts as unknown as ConstructorParameters<typeof EventStreams>));
  const scope = { types: ['post.updated'], by: null, allOf: [], ownOf: [] };
  const all = Array.from({ length: count }, (_each, n) => {
    const by = { id: `user ${n}`, sessionId: `session ${n}`, role: 'user' } as Principal;
    return new EventStream({ by, scope, notifies: false }, { position: 0, mark: null });
  });
  for (const stream of all) streams.add(stream);
  return { all, streams };
}

const event = { id: 'x', position: 1, type: 'post.updated', isPublic: true, ownerIds: [], isSilent: false };

it('lets requests have their turn while it sends to many clients', async () => {
  const { all, streams } = someStreams(200);
  const sent = () => all.filter(({ position }) => position === 1).length;
  streams.hear([{ ...event, resource: { type: 'post', id: 'x', version: 1 } } as unknown as LoggedEvent]);
  await turn();
  expect(sent()).toBeGreaterThan(0);
  expect(sent()).toBeLessThan(200);
  while (sent() < 200) await turn();
});
