import type { z } from 'zod';

const hints = new WeakMap<object, Record<string, string>>();

/** Adds to a schema what a request should do instead of sending fields that it does not have. */
export function withFieldHints<S extends z.ZodType>(schema: S, instead: Record<string, string>): S {
  hints.set(schema, instead);
  return schema;
}

/** Returns the hint about a field, if the schema has one. */
export function fieldHint(schema: object | undefined, name: string): string | undefined {
  const known = schema && hints.get(schema);
  return known && Object.hasOwn(known, name) ? known[name] : undefined;
}
