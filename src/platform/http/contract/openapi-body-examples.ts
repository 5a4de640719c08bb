import { isObject, type JsonSchema } from './json-schema.js';
import type { Operation } from './openapi-shapes.js';

type Schemas = Record<string, JsonSchema>;

/** What a component of the document refers to. */
const REFERENCE = /^#\/components\/schemas\//;

/** The version of a resource after an edit. */
const EDITED_VERSION = 2;

/**
 * Adds an example of the whole body to each request and to each successful response, because a reader composes one from
 * the fields otherwise, and fields do not know the route: a published post would be a draft.
 */
export function addBodyExamples(operation: Operation, schemas: Schemas): void {
  const { differences, without = [] } = operation['x-shown'] ?? {};
  delete operation['x-shown'];
  let request: unknown;
  for (const content of Object.values(operation.requestBody?.content ?? {})) {
    if (content.schema.format === 'binary') continue;
    request = exampleOf(content.schema, schemas, 'request');
    Object.assign(content, { example: request });
  }
  for (const [status, { content }] of Object.entries(operation.responses)) {
    const json = (content as Record<string, { schema: JsonSchema }> | undefined)?.['application/json'];
    if (!json || !status.startsWith('2')) continue;
    const stored = withRequest(exampleOf(json.schema, schemas, 'response'), request);
    const shown = merged(isEdit(operation) ? withVersion(stored) : stored, differences) as JsonSchema;
    const items = shown.data ?? shown.results;
    for (const one of Array.isArray(items) ? (items as JsonSchema[]) : [shown])
      for (const name of without) delete one[name];
    Object.assign(json, { example: shown });
  }
}

const isEdit = ({ parameters = [] }: Operation): boolean =>
  parameters.some(({ name }) => name === 'If-Match');

const withVersion = (value: unknown): unknown =>
  isObject(value) && 'version' in value ? { ...value, version: EDITED_VERSION } : value;

/** A response contains what the request of the same example has sent. */
function withRequest(response: unknown, request: unknown): unknown {
  if (!isObject(response) || !isObject(request)) return response;
  const sent = Object.entries(request).filter(
    ([name, value]) => name in response && (value === null || typeof value !== 'object'),
  );
  return { ...response, ...Object.fromEntries(sent) };
}

/** Returns the example of a schema: its own one, or one that is composed of those of its parts. */
function exampleOf(schema: JsonSchema, schemas: Schemas, side: 'request' | 'response'): unknown {
  const of = (part: unknown) => exampleOf(part as JsonSchema, schemas, side);
  if ('example' in schema) return schema.example;
  if (Array.isArray(schema.examples)) return schema.examples[0];
  if (typeof schema.$ref === 'string') return of(schemas[schema.$ref.replace(REFERENCE, '')] ?? {});
  if ('const' in schema) return schema.const;
  if ('default' in schema) return schema.default;
  if (Array.isArray(schema.enum)) return schema.enum[0];
  const options = schema.allOf ?? schema.anyOf ?? schema.oneOf;
  if (Array.isArray(options)) return of(options[0]);
  if (isObject(schema.properties)) return composed(schema, side, of);
  if (isObject(schema.items)) return [of(schema.items)];
  return plainExample(schema);
}

/** Only a response shows the fields that can be absent. */
function composed(schema: JsonSchema, side: 'request' | 'response', of: (part: unknown) => unknown) {
  const required = (schema.required ?? []) as string[];
  const fields = Object.entries(schema.properties as Schemas).filter(
    ([name, field]) => required.includes(name) || (side === 'response' && !isNullReference(field)),
  );
  return Object.fromEntries(fields.map(([name, field]) => [name, of(field)]));
}

/** In OpenAPI 3.0, `allOf` refuses the null that `nullable` permits, so that an example cannot show it. */
const isNullReference = ({ allOf, example }: JsonSchema): boolean => allOf !== undefined && example === null;

function plainExample({ type, minimum }: JsonSchema): unknown {
  const [name] = [type].flat();
  if (name === 'boolean') return false;
  if (name === 'integer' || name === 'number') return minimum ?? 0;
  return name === 'object' ? {} : '';
}

/** Returns a value with the changes of `over`. Of lists, it has as many items as `over`. */
function merged(value: unknown, over: unknown): unknown {
  if (over === undefined) return value;
  if (Array.isArray(over)) return over.map((item, index) => merged((value as unknown[])[index], item));
  if (!isObject(over) || !isObject(value)) return over;
  const changed = Object.entries(over).map(([name, part]) => [name, merged(value[name], part)]);
  return { ...value, ...Object.fromEntries(changed) };
}
