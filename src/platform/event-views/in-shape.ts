import type { z } from 'zod';

/** Returns a function that keeps the fields of the schema, in its order, as the serializer of a response does. */
export function inShape(schema: z.ZodObject): (view: object) => Record<string, unknown> {
  const names = Object.keys(schema.shape);
  return (view) => {
    const given = view as Record<string, unknown>;
    return Object.fromEntries(
      names.filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
    );
  };
}
