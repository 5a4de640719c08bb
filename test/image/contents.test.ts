import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Lockfile } from '../../scripts/release/sbom.ts';
import { fileFaults, packagesOf, sizeFaults } from './contents.ts';

const file = (path: string, mode = '-rw-r--r--', uid = 0) => ({ path, mode, uid, size: 1 });
const honest = [
  file('app/node_modules/fastify/package.json'),
  file('app/node_modules/@node-rs/argon2-linux-x64-gnu/package.json'),
];
const packages = {
  '': { dependencies: { fastify: '5' } },
  'node_modules/fastify': {},
  'node_modules/@node-rs/argon2-linux-x64-gnu': {},
  'node_modules/jest': { dev: true },
};
const faults = (...files: ReturnType<typeof file>[]) =>
  fileFaults([...honest, ...files], { packages } as unknown as Lockfile);

describe('the files of an image', () => {
  it('are those of the packages that it needs', () => {
    assert.deepEqual(faults(), []);
    assert.deepEqual(faults(file('app/node_modules/jest/package.json')), [
      'holds node_modules/jest, which is for development',
    ]);
  });

  it('contain no secret and no source, and belong to root', () => {
    assert.deepEqual(faults(file('app/.env')), ['holds /app/.env, which is for settings']);
    assert.deepEqual(faults(file('app/src/main.ts')), ['holds /app/src/main.ts, which is source']);
    assert.deepEqual(faults(file('app/dist/main.js', '-rw-r--r--', 1001)), [
      'lets others than root change /app/dist/main.js',
    ]);
  });

  it('name nested packages as a lockfile does', () => {
    const nested = [file('app/node_modules/a/node_modules/@b/c/package.json')];
    assert.deepEqual([...packagesOf(nested)], ['node_modules/a/node_modules/@b/c']);
  });

  it('have at most 130 MB compressed', () => {
    assert.deepEqual(sizeFaults(130e6), []);
    assert.equal(sizeFaults(131e6).length, 1);
  });
});
