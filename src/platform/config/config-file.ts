import { readFileSync } from 'node:fs';
import { FAILSAFE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import type { Catalogue } from './catalogue.js';
import type { ConfigFault } from './config.errors.js';

/** What CONFIG_FILE holds, and what is wrong with it as a file. */
export interface ConfigFile {
  path: string;
  /** Every key that stands there. */
  keys: string[];
  /** Those whose value is neither a text nor a list of texts. */
  malformed: string[];
  /** The text of every other one. */
  values: Record<string, string>;
  faults: ConfigFault[];
}

/**
 * A YAML map whose keys are spelt as the variables. Every scalar is text, as an environment would hold it, so that a
 * version 1.10 does not become 1.1; a list is what the variable separates by commas.
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

/** What is wrong with the file: as a file, with a key that is no setting, or with a value that is no text. */
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

/** What may be said of the settings anywhere; CONFIG_FILE itself names no further file. */
const keysOf = (catalogue: Catalogue): Set<string> =>
  new Set(
    catalogue.names
      .filter((name) => name !== 'CONFIG_FILE')
      .flatMap((name) => [name, ...(catalogue.meta(name).aliases ?? [])])
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
