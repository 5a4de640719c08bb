import { describe, expect, it } from '@jest/globals';
import { exceeds } from './bounds.js';

describe('the bounds of a JSON text', () => {
  const most = { depth: 3, values: 6 };

  it.each([
    ['null', undefined],
    ['[[[]]]', undefined],
    ['[[[[]]]]', 'depth'],
    ['{"a":{"b":{"c":{}}}}', 'depth'],
    ['[[],[],[]]', 'values'],
    ['[1,2,3,4,5]', undefined],
    ['[1,2,3,4,5,6]', 'values'],
    ['{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6}', 'values'],
    ['[{"a":1},{"b":1},{"c":1}]', 'values'],
  ])('%s: %s', (text, bound) => {
    expect(exceeds(text, most)).toBe(bound);
  });

  it('are not touched by what stands in a string, escaped quotes included', () => {
    const text = JSON.stringify({ a: '[[[[{{{{,,,,,,,,', b: '"[[[[\\', c: '\\"[[[[\\\\' });
    expect(exceeds(text, most)).toBeUndefined();
  });

  it('hold for text that is no JSON', () => {
    expect(exceeds('[[[["', most)).toBe('depth');
    expect(exceeds('"[[[[', most)).toBeUndefined();
    expect(exceeds(']]]', most)).toBeUndefined();
  });
});
