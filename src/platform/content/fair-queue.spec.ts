import { describe, expect, it } from '@jest/globals';
import { Busy } from '../errors/problems.js';
import { FairQueue } from './fair-queue.js';

/** Work that ends when it is told to. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { work: () => opened, open };
}

describe('A fair queue', () => {
  it('lets owners take turns', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 10, most: 10 });
    const order: string[] = [];
    const first = gate();
    const started = [queue.run('a', first.work)];
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'])
      started.push(queue.run(name.charAt(0), () => Promise.resolve(void order.push(name))));
    first.open();
    await Promise.all(started);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('refuses what is too much of one, and what is too much of all', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 2, most: 3 });
    const first = gate();
    const running = queue.run('a', first.work);
    const waiting = [queue.run('a', () => Promise.resolve(1)), queue.run('a', () => Promise.resolve(2))];
    await expect(queue.run('a', () => Promise.resolve(3))).rejects.toThrow(Busy);
    waiting.push(queue.run('b', () => Promise.resolve(4)));
    await expect(queue.run('c', () => Promise.resolve(5))).rejects.toThrow(Busy);
    first.open();
    await running;
    expect(await Promise.all(waiting)).toEqual([1, 2, 4]);
    expect(await queue.run('c', () => Promise.resolve(6))).toBe(6);
  });

  it('goes on after work that fails', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 2, most: 3 });
    const failed = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});
