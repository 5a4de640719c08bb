import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { addProgram, CACHE, freshFolder, NODE, run, type ClientTest } from './toolchain.ts';
import { compile } from './typescript.ts';

const DENO = 'deno@2.9.6';
const BUN = 'bun@1.4.5';
/** The runtime of Cloudflare Workers. */
const WORKERD = 'workerd@1.20261117.1';

/** Returns a folder with the built client of clients/typescript and a compiled program that uses it. */
function build(name: string): string {
  run(NODE, ['scripts/generate/client-build.ts']);
  const folder = freshFolder(name);
  cpSync('clients/typescript/dist', join(folder, 'galley'), { recursive: true });
  addProgram('galley-client.ts', join(folder, 'publish.ts'));
  addProgram('galley-client-main.ts', join(folder, 'main.ts'));
  compile(folder, { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true }, 'main');
  return folder;
}

/** Returns a runtime from npm. */
function runtime(pinned: string): string {
  const [name = ''] = pinned.split('@');
  const tool = join(CACHE, `${name}-tool`);
  mkdirSync(tool, { recursive: true });
  writeFileSync(join(tool, 'package.json'), '{}');
  run('npm', ['install', '--no-audit', '--no-fund', '--silent', pinned], { cwd: tool });
  return resolve(tool, 'node_modules/.bin', name);
}

export const galleyOnNode: ClientTest = {
  name: 'galley-client on Node',
  needs: [],
  build: () => [NODE, join(build('galley-node'), 'main.js')],
};

export const galleyOnDeno: ClientTest = {
  name: 'galley-client on Deno',
  needs: [],
  build: () => [
    runtime(DENO),
    ...['run', '--no-config', '--no-lock', '--allow-net=127.0.0.1'],
    join(build('galley-deno'), 'main.js'),
  ],
};

export const galleyOnBun: ClientTest = {
  name: 'galley-client on Bun',
  needs: [],
  build: () => [runtime(BUN), 'run', join(build('galley-bun'), 'main.js')],
};

export const galleyOnTheEdge: ClientTest = {
  name: 'galley-client on an edge runtime',
  needs: [],
  build() {
    const folder = build('galley-edge');
    addProgram('galley-client-worker.ts', join(folder, 'worker.ts'));
    const outfile = join(folder, 'worker.bundle.js');
    buildSync({ entryPoints: [join(folder, 'worker.ts')], bundle: true, format: 'esm', outfile });
    for (const file of ['edge.capnp', 'edge.js']) addProgram(file, join(folder, file));
    return [NODE, join(folder, 'edge.js'), runtime(WORKERD)];
  },
};
