import { SETTINGS } from '#dist/settings.js';
import type { Fields } from '../../src/platform/config/area.js';

/** A setting as people read about it. */
export interface Setting {
  name: string;
  description: string;
  example: string | undefined;
  /** It may come from a file, and has no place in values. */
  secret: boolean;
  aliases: readonly string[];
  /** What the schema says to a value that cannot be right; '' when it takes any text. */
  wants: string;
  /** The value that counts when none is set; '' when that depends on others or there is none. */
  fallback: string;
}

type Schema = Fields[string];

/** Settings that belong together. */
export interface Group {
  heading: string;
  settings: Setting[];
}

export function readGroups(): Group[] {
  const groups: Group[] = [];
  for (const { definition } of SETTINGS.areas) {
    if (definition.heading) groups.push({ heading: definition.heading, settings: [] });
    groups.at(-1)?.settings.push(...Object.entries(definition.fields).map(described));
  }
  return groups;
}

export const readSettings = (): Setting[] => readGroups().flatMap(({ settings }) => settings);

function described([name, schema]: [string, Schema]): Setting {
  const { description, example, secret = false, aliases = [] } = SETTINGS.meta(name);
  return {
    ...{ name, description, example, secret, aliases },
    wants: wants(schema),
    fallback: fallback(schema),
  };
}

function fallback({ def }: Schema): string {
  return 'defaultValue' in def ? String(def.defaultValue) : '';
}

function wants(schema: Schema): string {
  const issue = schema.safeParse('\u0001').error?.issues[0];
  return issue?.message.replace(/^must /, '') ?? '';
}
