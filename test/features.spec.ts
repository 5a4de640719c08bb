import { describe, expect, it } from '@jest/globals';
import { complaintsWithout } from './support/without-feature.js';

/** The folders of src/ in which the compiler reports errors. */
const where = (complaints: string[]) => [...new Set(complaints.map((text) => text.split('/')[0]))];

describe('a feature that leaves takes its folder and its lines of app.module.ts and settings.ts along', () => {
  it.each([
    { feature: 'export', builtOnIt: ['cli'] },
    { feature: 'comments', builtOnIt: ['export', 'import', 'notifications'] },
  ])('only what is built on $feature complains', ({ feature, builtOnIt }) => {
    expect(where(complaintsWithout(feature))).toEqual(builtOnIt);
  });
});
