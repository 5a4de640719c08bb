import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'dotenv';
import { type ConfigFile, readConfigFile } from './config-file.js';

export type Variables = Record<string, string | undefined>;

/** The settings that came from CONFIG_FILE, so that messages about faults can name the file. */
const configFiles = new WeakMap<Variables, ConfigFile>();

/**
 * Merges the variables. The process environment has the highest priority, followed by `.env.<NODE_ENV>`, `.env` and
 * CONFIG_FILE. All paths are relative to `directory`. An empty value counts as absent, because compose files set
 * empty values.
 */
export function readEnvironment(variables: Variables = process.env, directory = process.cwd()): Variables {
  const own = withoutEmpty(variables);
  const common = withoutEmpty(readFile(resolve(directory, '.env')));
  const environment = own.NODE_ENV ?? common.NODE_ENV ?? 'development';
  const specific = withoutEmpty(readFile(resolve(directory, `.env.${environment}`)));
  const above: Variables = { ...common, ...specific, ...own };
  if (above.CONFIG_FILE === undefined) return above;
  const file = readConfigFile(resolve(directory, above.CONFIG_FILE));
  const merged = { ...withoutEmpty(file.values), ...above };
  configFiles.set(merged, { ...file, values: onlyCounting(file.values, above) });
  return merged;
}

/** Returns the part of CONFIG_FILE that no other source overrides, or undefined if there is no such file. */
export const configFileOf = (variables: Variables): ConfigFile | undefined => configFiles.get(variables);

const onlyCounting = (values: ConfigFile['values'], above: Variables) =>
  Object.fromEntries(Object.entries(values).filter(([name]) => above[name] === undefined));

function readFile(path: string): Variables {
  return existsSync(path) ? parse(readFileSync(path)) : {};
}

function withoutEmpty(variables: Variables): Variables {
  return Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
}
