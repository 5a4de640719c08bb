import { z } from 'zod';
import { STANDS_FOR } from '../../schemas/schemas.js';

export type JsonSchema = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null;

/** Converts `anyOf: [X, null]` to `type: [X, null]`, which is shorter and faster to serialize. */
function foldNull(schema: JsonSchema): void {
  const options = schema.anyOf;
  if (!Array.isArray(options) || options.length !== 2) return;
  const [value, nothing] = options as [JsonSchema, JsonSchema];
  if (nothing.type !== 'null' || typeof value.type !== 'string' || value.enum || value.properties) return;
  delete schema.anyOf;
  Object.assign(schema, { ...value, ...schema, type: [value.type, 'null'] });
}

const MOST_INT32 = 2 ** 31 - 1;

/** Sets the format of a number, because generators derive its type from the format, not from the bounds. */
function formatNumber(schema: JsonSchema): void {
  const types = [schema.type].flat(); // A number that can be null may be folded before it has its format.
  if (types.includes('number')) schema.format ??= 'double';
  if (types.includes('integer')) schema.format ??= Number(schema.maximum) > MOST_INT32 ? 'int64' : 'int32';
}

/**
 * The maximum number of characters by format. The patterns that zod adds to these formats are longer, and
 * generators apply them to types that are not text.
 */
const LENGTHS: Record<string, number> = {
  uuid: 36,
  'date-time': '0000-00-00T00:00:00.123456789+14:00'.length,
};

/**
 * Converts a pattern so that ECMA-262, RE2, Rust, Python and Java interpret it in the same way. `\0` is an octal
 * escape elsewhere.
 */
function makePortable(schema: JsonSchema): void {
  const maxLength = LENGTHS[schema.format as string];
  if (maxLength !== undefined) {
    delete schema.pattern;
    schema.maxLength = maxLength;
  }
  if (typeof schema.pattern === 'string') schema.pattern = schema.pattern.replace(/\\0(?!\d)/g, '\\x00');
}

/**
 * Replaces a text in a URL by the schema of the value that it represents. `convert` moves the definitions that it
 * uses.
 */
function standIn(schema: z.ZodType, json: JsonSchema, target: Target): void {
  const value = schema.meta()?.[STANDS_FOR];
  if (!(value instanceof z.ZodType)) return;
  const { description } = json;
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, toJsonSchema(value, 'input', target));
  if (description !== undefined) json.description = description;
}

/**
 * zod drops the examples of an input with a transformation, for example trimming. They are still valid, because
 * they show what is sent.
 */
function keepExamples(schema: z.ZodType, json: JsonSchema): void {
  const examples = schema.meta()?.examples;
  if (examples !== undefined && json.$ref === undefined) json.examples = examples;
}

/**
 * Adapts what zod does not convert: OpenAPI 3.0 has neither `contentMediaType` nor `propertyNames`, `nullable`
 * requires a type, and an enumeration must contain null.
 */
function fitTo30(schema: z.ZodType, json: JsonSchema): void {
  delete json.contentMediaType;
  delete json.propertyNames;
  if (json.nullable === true && json.type === undefined && schema instanceof z.ZodNullable)
    json.type = schema.unwrap() instanceof z.ZodObject ? 'object' : 'string';
  if (json.nullable === true && Array.isArray(json.enum))
    json.enum = [...new Set([...(json.enum as unknown[]), null])];
}

/** OpenAPI 3.1 uses JSON Schema 2020-12, and 3.0 its own dialect. */
export type Target = 'draft-2020-12' | 'openapi-3.0';

/** Returns the JSON Schema of a zod schema. Schemas with an id become `$defs`, or `definitions` in OpenAPI 3.0. */
export function toJsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  target: Target = 'draft-2020-12',
): JsonSchema {
  return z.toJSONSchema(schema, {
    io,
    target,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      standIn(zodSchema as unknown as z.ZodType, jsonSchema, target);
      foldNull(jsonSchema);
      formatNumber(jsonSchema);
      makePortable(jsonSchema);
      if (target === 'openapi-3.0') fitTo30(zodSchema as unknown as z.ZodType, jsonSchema);
      keepExamples(zodSchema as unknown as z.ZodType, jsonSchema);
    },
  });
}

/** The same with every `$ref` replaced by its target, as the serializer of Fastify requires. */
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
