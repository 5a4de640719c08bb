import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder for generators and the caches of compilers, which later runs use again. */
export const CACHE = resolve('node_modules/.cache/clients');

/**
 * A folder in the project, so that openapi-fetch is found. It is never committed. TypeScript writes nothing below
 * node_modules.
 */
const WORK = resolve('reports/clients');

/** Current generators require Node 22. If this Node is older, the Node of the project is used. */
export const NODE =
  Number(process.versions.node.split('.', 1)[0]) >= 22
    ? process.execPath
    : resolve(`node_modules/node-linux-${process.arch}/bin/node`);

/** The paths of the documents from which clients are generated. */
export interface Documents {
  document: string;
  /** The same document as OpenAPI 3.0. */
  document30: string;
}

export interface ClientTest {
  /** The name of the generator. */
  name: string;
  /** What the machine must have, and whether it has it. */
  needs: [what: string, isThere: () => boolean][];
  /**
   * Builds the client.
   * @returns the command that runs the program
   */
  build: (documents: Documents) => [program: string, ...args: string[]];
}

interface Options {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
}

const MOST_OUTPUT = 256 * 1024 * 1024;
const ENOUGH = 4000;

/**
 * Runs a command. If it fails, the error contains its output.
 * @returns the output
 */
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

/** Tells whether the program exists. */
export const has = (command: string, args: string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Returns an empty folder for one client. */
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
