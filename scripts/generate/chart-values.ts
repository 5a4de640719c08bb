import { load } from 'js-yaml';

/** The description of a value in the comments of values.yaml. */
export interface Note {
  description?: string;
  schema?: NoteSchema;
}

/**
 * `free`, `strings` and `settings` are keywords of values.yaml for any map, a map of strings, and the settings of
 * Galley. All others are JSON Schema.
 */
export interface NoteSchema {
  free?: boolean;
  strings?: boolean;
  settings?: boolean;
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
  const { description, schema: { free, strings, settings: ours, ...more } = {} } = notes[path] ?? {};
  const schema = { ...(description && { description }), type: typeOf(value) };
  if (schema.type !== 'object' || free) return { ...schema, ...more };
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
