import { describe, expect, it } from '@jest/globals';
import { WindowTable } from './window-table.js';

const FULL_SIZE = 256;
/** All keys are in one bucket. */
const key = (high: number) => ({ high, low: 0 });
function addTimes(table: WindowTable, high: number, times: number, windowMs = 1000) {
  for (let n = 0; n < times; n++) table.add(key(high), windowMs, 0);
}
const countOf = (table: WindowTable, high: number) => (table.add(key(high), 1000, 0)?.hits ?? 0) - 1;

describe('a table of windows', () => {
  it('wants a greater one when a bucket is full, and takes its counts there', () => {
    const table = new WindowTable();
    for (let high = 1; high <= 16; high++) addTimes(table, high, high);
    expect(table.add(key(17), 1000, 0)).toBeUndefined();
    const doubled = table.doubled(0);
    for (let high = 1; high <= 16; high++) expect(countOf(doubled, high)).toBe(high);
  });

  it('of full size forgets the lowest count of the bucket, and never a higher one', () => {
    const table = new WindowTable(FULL_SIZE);
    for (let high = 1; high <= 16; high++) addTimes(table, high, 10 + high);
    for (let stranger = 100; stranger < 1100; stranger++) addTimes(table, stranger, 1);
    expect(table.size).toBe(16);
    for (let high = 2; high <= 16; high++) expect(countOf(table, high)).toBe(10 + high);
    expect(countOf(table, 1)).toBe(0);
  });

  it('of full size forgets of equal counts the one that ends first', () => {
    const table = new WindowTable(FULL_SIZE);
    for (let high = 1; high <= 16; high++) addTimes(table, high, 5, high === 9 ? 500 : 1000);
    addTimes(table, 100, 1);
    expect(countOf(table, 8)).toBe(5);
    expect(countOf(table, 9)).toBe(0);
  });

  it('charges nobody with the count that made room', () => {
    const table = new WindowTable(FULL_SIZE);
    for (let high = 1; high <= 16; high++) addTimes(table, high, 5);
    expect(table.add(key(100), 1000, 0)).toEqual({ hits: 1, endsAt: 1000 });
  });

  it('uses the room of an ended window before any other', () => {
    const table = new WindowTable(FULL_SIZE);
    for (let high = 1; high <= 16; high++) addTimes(table, high, high === 5 ? 50 : 1, high === 5 ? 10 : 1000);
    table.add(key(100), 1000, 11);
    for (let high = 1; high <= 16; high++) if (high !== 5) expect(countOf(table, high)).toBe(1);
  });

  it('is halved while most of it is unused, keeps what runs, and is gone when nothing does', () => {
    let table = new WindowTable(FULL_SIZE);
    addTimes(table, 1, 7, 1000);
    for (let low = 1; low < 200; low++) table.add({ high: 1, low }, 10, 0);
    let halved = 0;
    for (let next = table.swept(11); next && next !== table; next = table.swept(11)) {
      table = next;
      halved++;
    }
    expect(halved).toBe(Math.log2(FULL_SIZE));
    expect([table.size, countOf(table, 1)]).toEqual([1, 7]);
    expect(table.swept(2000)).toBeUndefined();
  });
});
