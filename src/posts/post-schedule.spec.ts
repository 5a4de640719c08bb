import { describe, expect, it } from '@jest/globals';
import { PostSchedule } from './post-schedule.js';
import type { PostStatesService } from './post-states.service.js';
import type { Due } from './post-writes.repository.js';

const { signal } = new AbortController();

/** A schedule whose posts are counted, and what it asked for: the seconds, or "all". */
function aSchedule(publishDue: () => number = () => 0) {
  const asked: unknown[] = [];
  const posts = {
    publishDue: (_most: number, { forSeconds }: Due) => {
      asked.push(forSeconds ?? 'all');
      return Promise.resolve().then(publishDue);
    },
  };
  return { schedule: new PostSchedule(posts as unknown as PostStatesService), asked };
}

describe('the schedule of posts', () => {
  it('looks at all posts first and every three seconds, and otherwise at those whose time has just come', async () => {
    const { schedule, asked } = aSchedule();
    for (const now of [500, 1500, 3499, 3500, 4500]) await schedule.run(signal, now);
    expect(asked).toEqual(['all', 30, 30, 'all', 30]);
  });

  it('does so too when the look at all of them fails, so that they hold up no others', async () => {
    const { schedule, asked } = aSchedule(() => {
      if (asked.length === 1) throw new Error('canceled');
      return 0;
    });
    await expect(schedule.run(signal, 0)).rejects.toThrow('canceled');
    await schedule.run(signal, 1000);
    expect(asked).toEqual(['all', 30]);
  });
});
