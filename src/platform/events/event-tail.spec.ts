import { expect, it } from '@jest/globals';
import type { Logger } from '../logging/logger.js';
import type { LoggedEvent } from './event.js';
import { EventTail } from './event-tail.js';
import type { EventsRepository } from './events.repository.js';

/** A log whose end a test can change, and a listener that notes what it hears. */
function tail() {
  let head = 7;
  const said: string[] = [];
  const events = {
    look: () => Promise.resolve({ head, isPending: false }),
    after: (position: number) =>
      Promise.resolve(
        Array.from({ length: head - position }, (_, n) => ({ position: position + 1 + n }) as LoggedEvent),
      ),
  } as unknown as EventsRepository;
  const made = new EventTail(events, { warn: () => undefined } as unknown as Logger);
  made.add({
    hear: (all) => void said.push(`hears ${all.map(({ position }) => position).join()}`),
    miss: (to) => void said.push(`misses all up to ${to}`),
  });
  return { made, said, grow: (to: number) => (head = to) };
}

it('tells its listeners first that they have missed everything, because requests can have come earlier', async () => {
  const { made, said, grow } = tail();
  await made.run();
  grow(9);
  await made.run();
  await made.run();
  expect(said).toEqual(['misses all up to 7', 'hears 8,9']);
});

it('begins again at the end of a log that a backup has made shorter', async () => {
  const { made, said, grow } = tail();
  await made.run();
  grow(3);
  await made.run();
  grow(4);
  await made.run();
  expect(said).toEqual(['misses all up to 7', 'misses all up to 3', 'hears 4']);
});
