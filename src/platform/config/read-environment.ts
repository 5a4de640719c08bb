import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';

export type Variables = Record<string, string | undefined>;

/**
 * The process environment over `.env.<NODE_ENV>` over `.env`, both looked for
 * in `directory`. An empty value counts as absent, as compose files leave it.
 */
export function readEnvironment(variables: Variables = process.env, directory = process.cwd()): Variables {
  const merged: Variables = {
    ...withoutEmpty(readFile(resolve(directory, '.env'))),
    ...withoutEmpty(variables),
  };
  const specific = readFile(resolve(directory, `.env.${merged.NODE_ENV ?? 'development'}`));
  return { ...merged, ...withoutEmpty(specific), ...withoutEmpty(variables) };
}

function readFile(path: string): Variables {
  return existsSync(path) ? parse(readFileSync(path)) : {};
}

function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
}
