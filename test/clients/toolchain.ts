import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Generators, and what compilers keep: it is there the next time. */
export const CACHE = resolve('node_modules/.cache/clients');

/** Below the project, so that openapi-fetch is found; never committed. TypeScript emits nothing below node_modules. */
const WORK = resolve('reports/clients');

/** Generators of today need Node 22, as Galley itself: the one that the project brings, where this one is older. */
export const NODE =
  Number(process.versions.node.split('.', 1)[0]) >= 22
    ? process.execPath
    : resolve(`node_modules/node-linux-${process.arch}/bin/node`);

/** The documents that clients are generated from, by their paths. */
export interface Documents {
  document: string;
  /** The same as OpenAPI 3.0. */
  document30: string;
}

export interface ClientTest {
  /** The generator's. */
  name: string;
  /** What the machine has to have, and whether it has it. */
  needs: [what: string, isThere: () => boolean][];
  /** @returns the command that runs the program */
  build: (documents: Documents) => [program: string, ...args: string[]];
}

interface Options {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

const MOST_OUTPUT = 256 * 1024 * 1024;
const ENOUGH = 4000;

/** @returns what the command printed; its output goes into the error when it fails */
export function run(command: string, args: string[], { cwd, env }: Options = {}): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: MOST_OUTPUT,
    env: { ...process.env, ...env },
  });
  if (status === 0) return stdout;
  const output = `${stdout ?? ''}${stderr ?? ''}`.slice(-ENOUGH);
  throw new Error(`${command} ${args.join(' ').slice(0, 300)} failed\n${error?.message ?? ''}${output}`);
}

/** Is there such a program? */
export const has = (command: string, args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** An empty folder for one client. */
export function freshFolder(name: string): string {
  const folder = join(WORK, name);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

export const addProgram = (file: string, target: string): void => {
  mkdirSync(resolve(target, '..'), { recursive: true });
  cpSync(join(import.meta.dirname, 'programs', file), target);
};
