import { load } from 'js-yaml';

/** The description of a value in the comments of values.yaml. */
export interface Note {
  description?: string;
  schema?: NoteSchema;
}

/**
 * `strings`, `settings` and `kubernetes` are keywords of values.yaml for a map of strings, the settings of Galley, and
 * a type of Kubernetes. All others are JSON Schema.
 */
export interface NoteSchema {
  strings?: boolean;
  settings?: boolean;
  kubernetes?: string;
  [keyword: string]: unknown;
}

export type JsonSchema = Record<string, unknown>;

/** The comments of each value, by its path. */
export type Notes = Record<string, Note>;

export function readNotes(yaml: string): Notes {
  const found: Notes = {};
  const path: string[] = [];
  let note: Note = {};
  for (const line of yaml.split('\n')) {
    const [, description] = /^ *# -- (.*)$/.exec(line) ?? [];
    const [, schema] = /^ *# @schema (.*)$/.exec(line) ?? [];
    const [, indent = '', key] = /^( *)([\w-]+):/.exec(line) ?? [];
    if (description) note.description = description;
    else if (schema) note.schema = load(schema) as NoteSchema;
    else if (key) {
      path.splice(indent.length / 2, Infinity, key);
      if (note.description) found[path.join('.')] = note;
      note = {};
    }
  }
  return found;
}

/** @param settings the properties of a map of settings */
export function schemaOf(notes: Notes, settings: JsonSchema, value: unknown, path = ''): JsonSchema {
  const { description, schema: { strings, settings: ours, ...given } = {} } = notes[path] ?? {};
  const more = withTypes(given);
  const schema = { ...(description && { description }), type: typeOf(value) };
  if (schema.type !== 'object' || 'kubernetes' in given) return { ...schema, ...more };
  if (strings) return { ...schema, additionalProperties: { type: 'string' } };
  if (ours) return { ...schema, additionalProperties: false, properties: settings };
  const properties: JsonSchema = Object.fromEntries(
    Object.entries(value as object).map(([key, child]: [string, unknown]) => [
      key,
      schemaOf(notes, settings, child, path ? `${path}.${key}` : key),
    ]),
  );
  if (path === '') properties.global = { description: 'For parent charts', type: 'object' };
  if (path !== '' && !description && Object.keys(properties).length === 0)
    throw new Error(`values.yaml: ${path} has neither a description nor a schema`);
  return { ...schema, additionalProperties: false, properties, ...more };
}

/** Replaces the keyword `kubernetes` by a reference, at any depth. draft-07 ignores keywords beside a `$ref`. */
function withTypes(schema: JsonSchema): JsonSchema {
  const { kubernetes, ...rest } = schema;
  const inner = Object.fromEntries(
    Object.entries(rest).map(([keyword, value]) => [
      keyword,
      keyword === 'items' ? withTypes(value as JsonSchema) : value,
    ]),
  );
  return typeof kubernetes === 'string'
    ? { allOf: [{ $ref: `#/definitions/${kubernetes}` }], ...inner }
    : inner;
}

/** Returns the types of Kubernetes that the notes name. */
export const typesIn = (notes: Notes): string[] => [
  ...new Set(
    Object.values(notes).flatMap(({ schema = {} }) =>
      [schema.kubernetes, (schema.items as NoteSchema | undefined)?.kubernetes].filter(
        (name) => name !== undefined,
      ),
    ),
  ),
];

function typeOf(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}

export function table(notes: Notes, values: unknown): string {
  const cell = (content: string) => content.replaceAll('|', '\\|');
  const rows = Object.entries(notes).map(([path, { description = '' }]) => {
    const value = path
      .split('.')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], values);
    return `| \`${path}\` | \`${cell(JSON.stringify(value))}\` | ${cell(description)} |`;
  });
  return ['| value | default | meaning |', '|---|---|---|', ...rows].join('\n');
}
