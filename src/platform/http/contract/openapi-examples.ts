import { isObject } from './json-schema.js';

/** OpenAPI 3.1 for readers, and 3.0 for generators that do not support 3.1. */
export type OpenApiVersion = '3.1.0' | '3.0.3';

/** Keywords whose value is a schema, a list of schemas, or a map of schemas. */
const ONE = ['items', 'additionalProperties'];
const MANY = ['anyOf', 'allOf', 'oneOf'];
const NAMED = ['properties'];

/** Adds either the `examples` of JSON Schema 2020-12 or the single `example` of OpenAPI 3.0. */
export function withExamples(schema: unknown, version: OpenApiVersion): unknown {
  if (!isObject(schema)) return schema;
  const { example, examples, ...rest } = schema;
  const below = (value: unknown) => withExamples(value, version);
  const entries = Object.entries(rest).map(([key, value]): [string, unknown] => {
    if (ONE.includes(key)) return [key, below(value)];
    if (MANY.includes(key)) return [key, (value as unknown[]).map(below)];
    return [key, NAMED.includes(key) && isObject(value) ? withExamplesByName(value, version) : value];
  });
  const shown: unknown = 'example' in schema ? example : (examples as unknown[] | undefined)?.[0];
  const told = version === '3.0.3' ? { example: shown } : { examples: [shown] };
  return { ...Object.fromEntries(entries), ...(shown !== undefined && told) };
}

export const withExamplesByName = <T extends object>(schemas: T, version: OpenApiVersion): T =>
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, withExamples(schema, version)]),
  ) as T;
