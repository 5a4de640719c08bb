import { readFileSync } from 'node:fs';
import { FAILSAFE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import type { Catalogue } from './catalogue.js';
import type { ConfigFault } from './config.errors.js';

/** The content of CONFIG_FILE and its faults. */
export interface ConfigFile {
  path: string;
  /** All keys of the file. */
  keys: string[];
  /** The keys whose value is neither text nor a list of texts. */
  malformed: string[];
  /** The text of all other keys. */
  values: Record<string, string>;
  faults: ConfigFault[];
}

/**
 * Reads a YAML map whose keys have the names of the environment variables. Every scalar is text, as in an
 * environment, so that the version 1.10 does not become 1.1. A list is joined with commas.
 */
export function readConfigFile(path: string): ConfigFile {
  try {
    return entriesOf(path, loadAll(readFileSync(path, 'utf8'), { schema: FAILSAFE_SCHEMA }));
  } catch (error) {
    return {
      path,
      keys: [],
      malformed: [],
      values: {},
      faults: [{ variable: 'CONFIG_FILE', message: whyUnreadable(path, error) }],
    };
  }
}

function entriesOf(path: string, [document = {}, ...more]: unknown[]): ConfigFile {
  const file: ConfigFile = { path, keys: [], malformed: [], values: {}, faults: [] };
  if (typeof document !== 'object' || document === null || Array.isArray(document) || more.length > 0) {
    file.faults.push({
      variable: 'CONFIG_FILE',
      message: `must name a file with one map of settings, such as PORT: 3000 (${path})`,
    });
    return file;
  }
  for (const [key, value] of Object.entries(document)) {
    const text: unknown = Array.isArray(value) ? listed(value) : value;
    file.keys.push(key);
    if (typeof text === 'string') file.values[key] = text;
    else file.malformed.push(key);
  }
  return file;
}

/** Returns the faults of the file: a syntax error, a key that is not a setting, or a value that is not text. */
export function fileFaults(
  { path, keys, malformed, faults }: ConfigFile,
  catalogue: Catalogue,
): ConfigFault[] {
  const known = keysOf(catalogue);
  const ofKeys = keys.flatMap((key): ConfigFault[] => {
    if (!known.has(key))
      return [
        { variable: key, message: `is not a setting (in ${path}); docs/configuration.md lists all settings` },
      ];
    return malformed.includes(key)
      ? [{ variable: key, message: `must be a value or a list of values (in ${path})` }]
      : [];
  });
  return [...faults, ...ofKeys];
}

const listed = (values: unknown[]) =>
  values.every((value) => typeof value === 'string') ? values.join(',') : undefined;

/** The names that are valid in a file. CONFIG_FILE itself cannot be set there. */
const keysOf = (catalogue: Catalogue): Set<string> =>
  new Set(
    catalogue.names
      .filter((name) => name !== 'CONFIG_FILE')
      .flatMap((name) => catalogue.known(name))
      .flatMap((name) => [name, `${name}_FILE`])
      .concat(Object.keys(catalogue.withoutEffect)),
  );

function whyUnreadable(path: string, error: unknown): string {
  if (error instanceof YAMLException) {
    const line = error.mark ? `, line ${error.mark.line + 1}` : '';
    return `names a file that is not valid YAML: ${path}${line}: ${error.reason}`;
  }
  return `names a file that cannot be read: ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
}
