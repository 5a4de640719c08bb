import assert from 'node:assert/strict';
import { it } from 'node:test';
import { byZipf, uniformly } from './tail.ts';

const items = Array.from({ length: 100 }, (_, n) => n);
const share = (drawn: number[], item: number) => drawn.filter((each) => each === item).length / drawn.length;

it('draws each item with the same probability', () => {
  const drawn = uniformly(items);
  for (const item of [0, 50, 99]) assert.ok(Math.abs(share(drawn, item) - 0.01) < 0.003);
});

it("draws the second item half as often as the first by Zipf's law", () => {
  const drawn = byZipf(items);
  assert.ok(Math.abs(share(drawn, 1) / share(drawn, 0) - 1 / 2) < 0.05);
});

it('draws the same sequence each time', () => {
  assert.deepEqual(byZipf(items), byZipf(items));
});
