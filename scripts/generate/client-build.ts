/** Builds clients/typescript/dist: one module without dependencies, and its types. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build, stop } from 'esbuild';
import { isMain } from '../tools/main.ts';

const FOLDER = 'clients/typescript';
const DIST = `${FOLDER}/dist`;

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

/**
 * Writes the module, all at once, because tests that run at the same time use it.
 * @returns its path
 */
export async function buildModule(): Promise<string> {
  const path = `${DIST}/galley.js`;
  const unfinished = `${path}.${process.pid}`;
  mkdirSync(DIST, { recursive: true });
  writeFileSync(unfinished, await bundleClient());
  renameSync(unfinished, path);
  return path;
}

/** Writes the module and its types. */
export async function buildClient(): Promise<string> {
  const tsc = ['node_modules/typescript/bin/tsc', '--project', FOLDER];
  execFileSync(process.execPath, tsc, { stdio: 'inherit' });
  return buildModule();
}

if (isMain(import.meta)) {
  rmSync(DIST, { recursive: true, force: true });
  const bytes = gzipSync(readFileSync(await buildClient())).length;
  console.log(`${DIST}: ${bytes.toLocaleString('en')} bytes compressed`);
}
