import { z } from 'zod';
import { SETTINGS } from '#dist/settings.js';
import type { Fields } from '../../src/platform/config/area.js';

/** The documentation of a setting. */
export interface Setting {
  name: string;
  description: string;
  example: string | undefined;
  /** It must not be in values. */
  secret: boolean;
  /** It can come from a file. */
  fromFile: boolean;
  aliases: readonly string[];
  /** Its other names. */
  synonyms: readonly string[];
  /** The requirement in the error message of the schema, or '' if it accepts any text. */
  wants: string;
  /** The keywords of JSON Schema for its text. An empty text counts as not set. */
  text: { enum?: string[]; pattern?: string };
  /** The default value, or '' if it depends on other settings or there is none. */
  fallback: string;
}

type Schema = Fields[string];

/** Settings with a common heading. */
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
  const { description, example, secret = false, ...meta } = SETTINGS.meta(name);
  const { fromFile = secret, aliases = [], synonyms = [] } = meta;
  return {
    ...{ name, description, example, secret, fromFile, aliases, synonyms },
    wants: wants(schema),
    text: textOf(schema),
    fallback: fallback(schema),
  };
}

function fallback({ def }: Schema): string {
  return 'defaultValue' in def ? String(def.defaultValue) : '';
}

/** Helm's regular expressions have no lookaround. */
const LOOKAROUND = /\(\?<?[=!]/;

function textOf(schema: Schema): Setting['text'] {
  const { enum: values, pattern } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  if (values) return { enum: [...values.map(String), ''] };
  return pattern && !LOOKAROUND.test(pattern) ? { pattern: `^$|${pattern}` } : {};
}

function wants(schema: Schema): string {
  const issue = schema.safeParse('\u0001').error?.issues[0];
  return issue?.message.replace(/^must /, '') ?? '';
}
