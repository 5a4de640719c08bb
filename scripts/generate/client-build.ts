/** Builds clients/typescript/dist: one module without dependencies, and its types. */
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build, stop } from 'esbuild';
import { isMain } from '../tools/main.ts';

const FOLDER = 'clients/typescript';

/** @returns the minified module */
export async function bundleClient(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [`${FOLDER}/src/galley.ts`],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
  });
  await stop(); // Its process would keep this one alive.
  return outputFiles[0]?.text ?? '';
}

/** @returns the path of the module */
export async function buildClient(): Promise<string> {
  const dist = `${FOLDER}/dist`;
  rmSync(dist, { recursive: true, force: true });
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', '--project', FOLDER], {
    stdio: 'inherit',
  });
  writeFileSync(`${dist}/galley.js`, await bundleClient());
  return `${dist}/galley.js`;
}

if (isMain(import.meta)) {
  const path = await buildClient();
  const bytes = gzipSync(readFileSync(path)).length;
  console.log(`${path}: ${bytes.toLocaleString('en')} bytes compressed`);
}
