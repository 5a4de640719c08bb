import { z } from 'zod';

export type JsonSchema = Record<string, unknown>;

const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/** `anyOf: [X, null]` as `type: [X, null]`: shorter to read and faster to serialize. */
function foldNull(schema: JsonSchema): void {
  const options = schema.anyOf;
  if (!Array.isArray(options) || options.length !== 2) return;
  const [value, nothing] = options as [JsonSchema, JsonSchema];
  if (nothing.type !== 'null' || typeof value.type !== 'string' || value.enum || value.properties) return;
  delete schema.anyOf;
  Object.assign(schema, { ...value, ...schema, type: [value.type, 'null'] });
}

/** zod bounds every integer by what a double holds exactly, which tells a reader nothing. */
function dropSafeBounds(schema: JsonSchema): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

/** zod drops the examples of an input that is transformed, as trimming does; ours are of what is sent. */
function keepExamples(schema: z.ZodType, json: JsonSchema): void {
  const examples = schema.meta()?.examples;
  if (examples !== undefined && json.$ref === undefined) json.examples = examples;
}

/** JSON Schema 2020-12 of a zod schema; schemas with an id become `$defs`. */
export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      foldNull(jsonSchema);
      dropSafeBounds(jsonSchema);
      keepExamples(zodSchema as unknown as z.ZodType, jsonSchema);
    },
  });
}

/** The same with every `$ref` replaced by what it names, as Fastify's serializer wants it. */
export function toSerializerSchema(schema: z.ZodType): JsonSchema {
  const { $defs = {}, $schema: _dialect, ...root } = toJsonSchema(schema, 'output');
  const inline = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(inline);
    if (!isObject(value)) return value;
    const { $ref, id: _id, examples: _examples, ...rest } = value;
    const target = typeof $ref === 'string' ? ($defs as JsonSchema)[$ref.replace('#/$defs/', '')] : undefined;
    return inlineChildren({ ...(isObject(target) ? target : {}), ...rest });
  };
  const inlineChildren = (value: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries(value)
        .filter(([key, child]) => key !== 'examples' && !(key === 'id' && typeof child === 'string'))
        .map(([key, child]) => [
          key,
          key === 'properties' && isObject(child) ? mapValues(child, inline) : inline(child),
        ]),
    );
  return inline(root) as JsonSchema;
}

const mapValues = (value: JsonSchema, change: (child: unknown) => unknown): JsonSchema =>
  Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child)]));
