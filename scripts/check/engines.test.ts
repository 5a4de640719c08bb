import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { minVersion, satisfies } from 'semver';

interface Requiring {
  engines?: { node?: string };
}

const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const { engines } = read('package.json') as Requiring;
const { packages } = read('package-lock.json') as { packages: Record<string, Requiring> };
const oldest = minVersion(engines?.node ?? '')?.version ?? '';

/** They run on the installed Node.js 24 alone. The README explains the warnings that npm prints about them. */
const KNOWN = [
  '@tryghost/kg-clean-basic-html',
  '@tryghost/kg-default-nodes',
  '@tryghost/kg-markdown-html-renderer',
  'cockatiel',
  'dns2',
  'pg-boss',
  'sitemap',
  'undici',
];

describe('the packages', () => {
  it(`take Node ${oldest}, which package.json promises, but for those that the README explains`, () => {
    const refusing = Object.entries(packages)
      .filter(([place, { engines: wanted }]) => place && wanted?.node && !satisfies(oldest, wanted.node))
      .map(([place]) => place.replace(/^.*node_modules\//, ''));
    assert.deepEqual([...new Set(refusing)].sort(), KNOWN);
  });
});
