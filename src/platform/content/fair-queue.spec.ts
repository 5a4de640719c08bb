import { describe, expect, it } from '@jest/globals';
import { Busy } from '../errors/server-problems.js';
import { FairQueue } from './fair-queue.js';

/** Work that ends when the test says so. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { work: () => opened, open };
}

describe('A fair queue', () => {
  it('lets owners take turns', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 10, most: 10, mostSize: 10 });
    const order: string[] = [];
    const first = gate();
    const started = [queue.run('a', 1, first.work)];
    for (const name of ['a1', 'a2', 'a3', 'b1', 'b2', 'c1'])
      started.push(queue.run(name.charAt(0), 1, () => Promise.resolve(void order.push(name))));
    first.open();
    await Promise.all(started);
    expect(order).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  it('refuses what is too much of one, and what is too much of all', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 2, most: 3, mostSize: 9 });
    const first = gate();
    const running = queue.run('a', 1, first.work);
    const waiting = [
      queue.run('a', 1, () => Promise.resolve(1)),
      queue.run('a', 1, () => Promise.resolve(2)),
    ];
    await expect(queue.run('a', 1, () => Promise.resolve(3))).rejects.toThrow(Busy);
    waiting.push(queue.run('b', 1, () => Promise.resolve(4)));
    await expect(queue.run('c', 1, () => Promise.resolve(5))).rejects.toThrow(Busy);
    first.open();
    await running;
    expect(await Promise.all(waiting)).toEqual([1, 2, 4]);
    expect(await queue.run('c', 1, () => Promise.resolve(6))).toBe(6);
  });

  it('refuses what is too large beside all that waits', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 9, most: 9, mostSize: 10 });
    const first = gate();
    const running = queue.run('a', 100, first.work);
    const waiting = queue.run('b', 7, () => Promise.resolve('b'));
    await expect(queue.run('c', 4, () => Promise.resolve('c'))).rejects.toThrow(Busy);
    const small = queue.run('c', 3, () => Promise.resolve('small'));
    first.open();
    await running;
    expect(await Promise.all([waiting, small])).toEqual(['b', 'small']);
    expect(await queue.run('c', 10, () => Promise.resolve('room again'))).toBe('room again');
  });

  it('runs as many of one owner as it may, and those of others beside them', async () => {
    const queue = new FairQueue({ atOnce: 3, atOnceOfOne: 1, mostPerOwner: 9, most: 9, mostSize: 9 });
    const order: string[] = [];
    const gates = [gate(), gate()];
    const work = (name: string) => () => Promise.resolve(void order.push(name));
    const started = [queue.run('a', 1, gates[0]!.work), queue.run('a', 1, gates[1]!.work)];
    started.push(queue.run('a', 1, work('a3')), queue.run('b', 1, work('b1')), queue.run('b', 1, work('b2')));
    await Promise.all(started.slice(3));
    expect(order).toEqual(['b1', 'b2']);
    gates[1]!.open();
    await queue.run('c', 1, work('c1'));
    expect(order).toEqual(['b1', 'b2', 'c1']);
    gates[0]!.open();
    await Promise.all(started);
    expect(order).toEqual(['b1', 'b2', 'c1', 'a3']);
  });

  it('goes on after work that fails', async () => {
    const queue = new FairQueue({ atOnce: 1, mostPerOwner: 2, most: 3, mostSize: 9 });
    const failed = queue.run('a', 1, () => Promise.reject(new Error('no')));
    const next = queue.run('a', 1, () => Promise.resolve('done'));
    await expect(failed).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});
