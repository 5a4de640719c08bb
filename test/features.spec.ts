import { describe, expect, it } from '@jest/globals';
import { complaintsWithout } from './support/without-feature.js';

/** Folders of src/ in which something complains. */
const where = (complaints: string[]) => [...new Set(complaints.map((text) => text.split('/')[0]))];

describe('a feature that leaves takes its folder and its line of app.module.ts along', () => {
  it.each([
    { feature: 'export', builtOnIt: ['cli'] },
    { feature: 'comments', builtOnIt: ['export', 'import'] },
  ])('only what is built on $feature complains', ({ feature, builtOnIt }) => {
    expect(where(complaintsWithout(feature))).toEqual(builtOnIt);
  });
});
