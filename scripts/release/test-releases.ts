import type { Release } from './evidence.ts';

/** A digest of one repeated digit, for tests. */
export const digest = (digit: string): string => `sha256:${digit.repeat(64)}`;

/** A release of pipeline 7, for tests. */
export function aRelease({
  pipeline = 7,
  image = digest('a'),
  chart = digest('c'),
  values = digest('e'),
} = {}): Release {
  return {
    format: 'galley-release/1',
    version: `1.2.0-${pipeline}.gabcdef01`,
    commit: 'abcdef0123456789',
    pipeline,
    createdAt: '2026-11-21T10:00:00Z',
    image: { repository: 'registry.test/galley/galley', digest: image },
    chart: { repository: 'oci://registry.test/galley/charts/galley', digest: chart },
    valuesHash: values,
    passed: [],
  };
}
