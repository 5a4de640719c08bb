import { readFileSync } from 'node:fs';
import { FAILSAFE_SCHEMA, loadAll, YAMLException } from 'js-yaml';
import type { ConfigFault } from './config.errors.js';
import { ENVIRONMENT, type SettingName, settingMeta } from './environment.schema.js';
import { OTHER_KNOWN_NAMES } from './other-names.js';

/** What CONFIG_FILE holds, and what is wrong with it as a file. */
export interface ConfigFile {
  path: string;
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
    return { path, values: {}, faults: [{ variable: 'CONFIG_FILE', message: whyUnreadable(path, error) }] };
  }
}

function entriesOf(path: string, [document = {}, ...more]: unknown[]): ConfigFile {
  const file: ConfigFile = { path, values: {}, faults: [] };
  if (typeof document !== 'object' || document === null || Array.isArray(document) || more.length > 0) {
    file.faults.push({
      variable: 'CONFIG_FILE',
      message: `must hold one map of settings in ${path}, such as PORT: 3000`,
    });
    return file;
  }
  for (const [key, value] of Object.entries(document)) {
    const text: unknown = Array.isArray(value) ? listed(value) : value;
    if (!KEYS.has(key))
      file.faults.push({
        variable: key,
        message: `is no setting (in ${path}): docs/configuration.md has all`,
      });
    else if (typeof text !== 'string')
      file.faults.push({ variable: key, message: `must be one value or a list of them (in ${path})` });
    else file.values[key] = text;
  }
  return file;
}

const listed = (values: unknown[]) =>
  values.every((value) => typeof value === 'string') ? values.join(',') : undefined;

/** What may be said of the settings anywhere; CONFIG_FILE itself names no further file. */
const KEYS = new Set(
  (Object.keys(ENVIRONMENT) as SettingName[])
    .filter((name) => name !== 'CONFIG_FILE')
    .flatMap((name) => [name, ...(settingMeta(name).aliases ?? [])])
    .flatMap((name) => [name, `${name}_FILE`])
    .concat(OTHER_KNOWN_NAMES),
);

function whyUnreadable(path: string, error: unknown): string {
  if (error instanceof YAMLException) {
    const line = error.mark ? `, line ${error.mark.line + 1}` : '';
    return `names a file that is not YAML: ${path}${line}: ${error.reason}`;
  }
  return `names a file that cannot be read: ${path} (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`;
}
