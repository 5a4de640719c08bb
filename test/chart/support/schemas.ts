import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadAll } from 'js-yaml';

type Schema = Record<string, any>;

/**
 * Writes the schemas for kubeconform, one file per kind, from the OpenAPI documents of a version of Kubernetes.
 * They are strict: an unknown field is a fault.
 */
export function writeKubernetesSchemas(module: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const documents = join(module, 'api/openapi-spec/v3');
  for (const file of readdirSync(documents).filter((name) => /_v\d\w*_openapi\.json$/.test(name))) {
    const { components } = JSON.parse(readFileSync(join(documents, file), 'utf8')) as Schema;
    const definitions: Schema = strict(components?.schemas ?? {});
    for (const schema of Object.values(definitions)) {
      for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
        if (schema.properties?.metadata) write(folder, kind, group, version, { ...schema, definitions });
      }
    }
  }
}

/** Writes the same from the definitions of custom resources in all YAML files of a folder. */
export function writeCustomSchemas(source: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const file of readdirSync(source).filter((name) => name.endsWith('.yaml'))) {
    for (const definition of loadAll(readFileSync(join(source, file), 'utf8')) as Schema[]) {
      if (definition?.kind !== 'CustomResourceDefinition') continue;
      const { group, names, versions } = definition.spec;
      for (const { name, schema } of versions)
        write(folder, names.kind, group, name, strict(schema.openAPIV3Schema));
    }
  }
}

/** kubeconform requests only the first part of a group, and nothing for the core group. */
function write(folder: string, kind: string, group: string, version: string, schema: Schema): void {
  const parts = [kind, group.split('.')[0], version].filter(Boolean);
  writeFileSync(join(folder, `${parts.join('-').toLowerCase()}.json`), JSON.stringify(schema));
}

function strict(schema: Schema): Schema {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const result = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      key === '$ref' && typeof value === 'string'
        ? value.replace('#/components/schemas/', '#/definitions/')
        : strict(value),
    ]),
  );
  delete result.default; // The field has no use here, and is `{}` if the type is a number.
  if (result['x-kubernetes-int-or-string']) return { anyOf: [{ type: 'integer' }, { type: 'string' }] };
  const open = result['x-kubernetes-preserve-unknown-fields'] || 'additionalProperties' in result;
  return isObjectSchema(result) && !open ? { ...result, additionalProperties: false } : result;
}

/** Excludes a map that has a key with the name `properties`. */
const isObjectSchema = (schema: Schema) =>
  schema.type === 'object' && typeof schema.properties === 'object' && schema.properties !== null;
