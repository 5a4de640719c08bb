import { readFileSync } from 'node:fs';
import type { ConfigFault } from './config.errors.js';
import type { SettingMeta } from './fields.js';
import type { Variables } from './read-environment.js';

/** The text of a setting, and the name of the variable that has it. */
interface ReadValue {
  variable: string;
  value: string | undefined;
  faults: ConfigFault[];
}

/**
 * Returns the text of a setting: the value of its variable, or the content of the file that `<NAME>_FILE` names if the
 * setting permits this. A synonym of its name counts as the name.
 */
export function readValue(
  name: string,
  { secret, fromFile = secret, aliases = [], synonyms = [] }: SettingMeta,
  variables: Variables,
): ReadValue {
  const read = [name, ...synonyms].map((variable) => readOne(variable, fromFile, variables));
  const set = read.filter(({ value }) => value !== undefined);
  const { variable, value } = set[0] ?? { variable: name, value: undefined };
  const other = set.find((one) => one.value !== value)?.variable;
  const faults = [...aliasFaults(name, aliases, variables), ...read.flatMap((one) => one.faults)];
  if (other !== undefined)
    faults.push({
      variable,
      message: `and ${other} set the same setting to different values; set only one of them`,
    });
  return { variable, value, faults };
}

function readOne(variable: string, fromFile: boolean | undefined, variables: Variables): ReadValue {
  const path = fromFile ? variables[`${variable}_FILE`] : undefined;
  const value = variables[variable];
  if (path === undefined) return { variable, value, faults: [] };
  if (value !== undefined) {
    const message = `and ${variable}_FILE are both set; set only one of them`;
    return { variable, value, faults: [{ variable, message }] };
  }
  try {
    return { variable, value: readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined, faults: [] };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    const message = `names a file that cannot be read: ${path} (${reason})`;
    return { variable, value: undefined, faults: [{ variable: `${variable}_FILE`, message }] };
  }
}

function aliasFaults(name: string, aliases: string[], variables: Variables): ConfigFault[] {
  const renamed = aliases.flatMap((alias) => [
    [alias, name],
    [`${alias}_FILE`, `${name}_FILE`],
  ]);
  return renamed
    .filter(([alias]) => variables[alias as string] !== undefined)
    .map(([alias, ours]) => ({
      variable: alias as string,
      message: `is not a setting of Galley; use ${ours} instead`,
    }));
}
