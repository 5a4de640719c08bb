import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { addProgram, CACHE, freshFolder, NODE, run, type ClientTest } from './toolchain.ts';

const HEY_API = '@hey-api/openapi-ts@0.99.0';
const COMPILER = {
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'dom', 'dom.iterable'],
  strict: true,
};

/** Compiles a program and its imports. */
export function compile(
  folder: string,
  options: object,
  program = 'publish',
): ReturnType<ClientTest['build']> {
  const config = { compilerOptions: { ...COMPILER, types: ['node'], ...options }, files: [`${program}.ts`] };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  run(NODE, [resolve('node_modules/typescript/bin/tsc'), '--project', folder]);
  return [NODE, join(folder, `${program}.js`)];
}

export const openapiTypescript: ClientTest = {
  name: 'openapi-typescript',
  needs: [],
  build({ document }) {
    const folder = freshFolder('openapi-typescript');
    const output = join(folder, 'api.ts');
    run(NODE, [resolve('node_modules/openapi-typescript/bin/cli.js'), document, '--output', output]);
    addProgram('openapi-typescript.ts', join(folder, 'publish.ts'));
    return compile(folder, { exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true });
  },
};

export const heyApi: ClientTest = {
  name: 'hey-api',
  needs: [],
  build({ document }) {
    const tool = join(CACHE, 'hey-api-tool');
    mkdirSync(tool, { recursive: true });
    writeFileSync(join(tool, 'package.json'), '{}');
    run('npm', ['install', '--no-audit', '--no-fund', '--silent', HEY_API, 'typescript@6.0.3'], {
      cwd: tool,
    });
    const folder = freshFolder('hey-api');
    const generator = join(tool, 'node_modules/@hey-api/openapi-ts/bin/run.js');
    run(NODE, [generator, '-i', document, '-o', join(folder, 'api'), '--silent'], { cwd: folder });
    addProgram('hey-api.ts', join(folder, 'publish.ts'));
    return compile(folder, {});
  },
};
