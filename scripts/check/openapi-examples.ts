import { Ajv2020 } from 'ajv/dist/2020.js';
import ajvFormats from 'ajv-formats';

/** The fields of a JSON Schema that this file reads. */
interface Schema {
  type?: string | string[];
  examples?: unknown[];
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
}

export interface OpenApi {
  paths: Record<string, object>;
  components: { schemas: Record<string, Schema> };
}

interface Part {
  schema: Schema;
  /** The position in the document. */
  pointer: string;
}

/** Every schema must have an example, and the example must be valid. */
export function exampleFaults(document: OpenApi, file: string): string[] {
  const ajv = new Ajv2020({ strict: false });
  ajvFormats.default(ajv);
  ajv.addSchema(document, file);
  const faults: string[] = [];
  for (const [name, schema] of Object.entries(document.components.schemas)) {
    for (const { pointer, schema: part } of parts(schema, `#/components/schemas/${name}`)) {
      if (!tellsItself(part)) faults.push(`${file} ${pointer} has no example`);
      const validate = ajv.compile({ $ref: `${file}${pointer}` });
      for (const example of part.examples ?? []) {
        if (!validate(example))
          faults.push(
            `${file} ${pointer} has an example that is not valid: ${ajv.errorsText(validate.errors)}`,
          );
      }
    }
  }
  return faults;
}

/** Yields the schema and all schemas in it, except those in a schema that has an example. */
function* parts(schema: Schema, pointer: string): Generator<Part> {
  yield { schema, pointer };
  if (schema.examples) return;
  for (const [key, child] of Object.entries(schema.properties ?? {}))
    yield* parts(child, `${pointer}/properties/${key}`);
  if (schema.items) yield* parts(schema.items, `${pointer}/items`);
  if (typeof schema.additionalProperties === 'object')
    yield* parts(schema.additionalProperties, `${pointer}/additionalProperties`);
  for (const [index, child] of (schema.anyOf ?? []).entries())
    yield* parts(child, `${pointer}/anyOf/${index}`);
}

/** Tells whether a schema requires no example, because it consists of parts, or its values are known. */
function tellsItself(schema: Schema): boolean {
  return (
    ['examples', '$ref', 'enum', 'properties', 'items', 'anyOf'].some((key) => key in schema) ||
    typeof schema.additionalProperties === 'object' ||
    ['boolean', 'null'].includes(String(schema.type))
  );
}
