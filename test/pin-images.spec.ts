import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const MANIFEST = '{"schemaVersion": 2}';
const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`;

let checkout: string;
const write = (path: string, text: string) => {
  mkdirSync(join(checkout, path, '..'), { recursive: true });
  writeFileSync(join(checkout, path), text);
};
const read = (path: string) => readFileSync(join(checkout, path), 'utf8');
const pin = (...args: string[]) =>
  spawnSync(resolve('scripts/pin-images'), args, {
    cwd: checkout,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${checkout}/bin:${process.env.PATH}` },
  });

beforeEach(() => {
  checkout = mkdtempSync(join(tmpdir(), 'galley-images-'));
  execFileSync('git', ['init', '-q'], { cwd: checkout });
  write(
    'images.env',
    'NODE_IMAGE=docker.io/library/node:24.1\nDB_IMAGE=docker.io/library/postgres:18.4\nOLD_IMAGE=quay.io/x/postgres:15\n',
  );
  write('Dockerfile', 'ARG NODE_IMAGE=docker.io/library/node:24.0\nFROM ${NODE_IMAGE}\n');
  write(
    'docker-compose.yml',
    'services:\n  app:\n    image: galley:dev\n  db:\n    image: docker.io/library/postgres:18.3\n',
  );
  write('.gitlab/ci/images.yml', 'variables:\n  OLD_IMAGE: quay.io/x/postgres:14\n');
  // Replaces skopeo. Only Docker Hub can be reached.
  write(
    'bin/skopeo',
    `#!/bin/sh\ncase $3 in docker://docker.io/*) printf '%s' '${MANIFEST}' ;; *) exit 1 ;; esac\n`,
  );
  execFileSync('chmod', ['+x', join(checkout, 'bin/skopeo')]);
});
afterEach(() => rmSync(checkout, { recursive: true, force: true }));

describe('scripts/pin-images', () => {
  it('writes the digests that registries give into the list, and the list into every file', () => {
    const { status, stderr } = pin();
    expect(status).toBe(0);
    expect(read('images.env')).toContain(`NODE_IMAGE=docker.io/library/node:24.1@${DIGEST}\n`);
    expect(read('Dockerfile')).toBe(
      `ARG NODE_IMAGE=docker.io/library/node:24.1@${DIGEST}\nFROM \${NODE_IMAGE}\n`,
    );
    expect(read('docker-compose.yml')).toContain(`image: docker.io/library/postgres:18.4@${DIGEST}\n`);
    expect(read('docker-compose.yml')).toContain('image: galley:dev\n');
    expect(stderr).toMatch(/OLD_IMAGE: quay.io\/x\/postgres:15 does not change/);
    expect(read('.gitlab/ci/images.yml')).toContain('OLD_IMAGE: quay.io/x/postgres:15\n');
    expect(pin('--check').status).toBe(0);
  });

  it('only compares with --check, and says what differs', () => {
    const { status, stderr } = pin('--check');
    expect(status).toBe(1);
    for (const path of ['Dockerfile', 'docker-compose.yml', '.gitlab/ci/images.yml'])
      expect(stderr).toContain(`${path} differs from images.env`);
    expect(read('Dockerfile')).toContain('node:24.0');
  });

  it('gives the tools image the hash of its Dockerfile, as it will be, as its tag', () => {
    write('deploy/tools/Dockerfile', 'FROM docker.io/library/node:24.0\n');
    write('.gitlab/ci/images.yml', 'variables:\n  TOOLS_IMAGE: $TOOLS_REGISTRY/tools:1\n');
    expect(pin('--no-digests').status).toBe(0);
    const hash = createHash('sha256').update('FROM docker.io/library/node:24.1\n').digest('hex');
    expect(read('.gitlab/ci/images.yml')).toContain(
      `TOOLS_IMAGE: $TOOLS_REGISTRY/tools:${hash.slice(0, 12)}\n`,
    );
    expect(pin('--check').status).toBe(0);
    write('deploy/tools/Dockerfile', 'FROM docker.io/library/node:24.1\nRUN true\n');
    expect(pin('--check').stderr).toBe(
      '.gitlab/ci/images.yml differs from deploy/tools/Dockerfile. Run scripts/pin-images --no-digests\n',
    );
  });

  it('refuses an image that the list does not have', () => {
    write('deploy/x.yaml', 'image: docker.io/library/busybox:1\n');
    expect(pin('--no-digests').stderr).toContain('deploy/x.yaml names docker.io/library/busybox:1');
  });

  it('holds this repository to its list', () => {
    expect(spawnSync('scripts/pin-images', ['--check'], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});
