import { readFileSync } from 'node:fs';
import type { ConfigFault } from './config.errors.js';
import type { SettingMeta } from './fields.js';
import type { Variables } from './read-environment.js';

/**
 * Returns the text of a setting: the value of its variable, or for secrets the content of the file that
 * `<NAME>_FILE` names.
 */
export function readValue(
  name: string,
  { secret, aliases = [] }: SettingMeta,
  variables: Variables,
): { value?: string; faults: ConfigFault[] } {
  const faults = aliasFaults(name, aliases, variables);
  const path = secret ? variables[`${name}_FILE`] : undefined;
  if (path === undefined) return { value: variables[name], faults };
  if (variables[name] !== undefined) {
    faults.push({ variable: name, message: `and ${name}_FILE are both set; set only one of them` });
    return { value: variables[name], faults };
  }
  try {
    return { value: readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined, faults };
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    faults.push({
      variable: `${name}_FILE`,
      message: `names a file that cannot be read: ${path} (${reason})`,
    });
    return { faults };
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
