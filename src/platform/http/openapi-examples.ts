import type { JsonSchema } from './json-schema.js';

/** Keywords whose value is a schema, a list of schemas, or schemas by name. */
const ONE = ['items', 'additionalProperties'];
const MANY = ['anyOf', 'allOf', 'oneOf'];
const NAMED = ['properties'];

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/** Gives a schema the `examples` of JSON Schema 2020-12, where @nestjs/swagger wrote the `example` of OpenAPI 3.0. */
export function withExamples(schema: unknown): unknown {
  if (!isObject(schema)) return schema;
  const { example, ...rest } = schema;
  const entries = Object.entries(rest).map(([key, value]): [string, unknown] => {
    if (ONE.includes(key)) return [key, withExamples(value)];
    if (MANY.includes(key)) return [key, (value as unknown[]).map(withExamples)];
    return [key, NAMED.includes(key) && isObject(value) ? withExamplesByName(value) : value];
  });
  return { ...Object.fromEntries(entries), ...(example !== undefined && { examples: [example] }) };
}

export const withExamplesByName = <T extends object>(schemas: T): T =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, withExamples(schema)])) as T;
