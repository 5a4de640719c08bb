/**
 * Generates kubernetes-types.json, from which chart-files.ts closes the parts of values.schema.json that have the
 * format of Kubernetes: `npm run generate:kubernetes`. It contains the names and types of fields, which come from the
 * OpenAPI documents of the newest Kubernetes with which the chart is checked. Requires Go, which downloads them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import prettier from 'prettier';
import { KUBERNETES_NEWEST } from '../check/test-chart.ts';
import { goModule } from '../tools/go-tools.ts';
import { isMain } from '../tools/main.ts';
import type { JsonSchema } from './chart-values.ts';

export const KUBERNETES_TYPES = 'scripts/generate/kubernetes-types.json';

const DOCUMENTS = ['api__v1_openapi.json', 'apis__networking.k8s.io__v1_openapi.json'];
const ROOTS = [
  ...['Affinity', 'Container', 'EnvVar', 'LocalObjectReference', 'PodSecurityContext', 'Probe'],
  ...['ResourceRequirements', 'SecurityContext', 'Toleration', 'Volume', 'VolumeMount'],
  ...['IngressTLS', 'NetworkPolicyEgressRule', 'NetworkPolicyPeer'],
];
const KEPT = ['type', 'required', 'enum'];

type Schemas = Record<string, JsonSchema>;

/** @param module the folder of the Go module k8s.io/kubernetes */
export async function kubernetesTypes(module: string): Promise<string> {
  const all: Schemas = {};
  for (const name of DOCUMENTS) {
    const text = readFileSync(join(module, 'api/openapi-spec/v3', name), 'utf8');
    const { components } = JSON.parse(text) as { components: { schemas: Schemas } };
    for (const [type, schema] of Object.entries(components.schemas))
      if (/^io\.k8s\.(api\.(core|networking)\.v1|apimachinery)\./.test(type)) all[shortName(type)] = schema;
  }
  const closed = mapValues(all, closedSchema);
  const names = [...reachable(closed, ROOTS)].sort();
  const types = Object.fromEntries(names.map((name) => [name, closed[name]]));
  return prettier.format(JSON.stringify(types), { parser: 'json', printWidth: 110 });
}

const shortName = (type: string) => type.replace(/^.*\./, '');

const mapValues = (schemas: Schemas, change: (schema: JsonSchema) => JsonSchema): Schemas =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, change(schema)]));

/** Returns the names of these schemas and of those that they use. */
export function reachable(schemas: Schemas, roots: string[]): Set<string> {
  const found = new Set<string>();
  const visit = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    const schema = schemas[name];
    if (!schema) throw new Error(`Kubernetes has no type ${name}`);
    for (const [, used = ''] of JSON.stringify(schema).matchAll(/"#\/definitions\/(\w+)"/g)) visit(used);
  };
  roots.forEach(visit);
  return found;
}

/** Keeps what decides whether a value is valid. An object with named fields accepts no others. */
function closedSchema(schema: JsonSchema): JsonSchema {
  const { $ref, allOf, oneOf, items, properties, additionalProperties } = schema;
  if (typeof $ref === 'string') return { $ref: `#/definitions/${shortName($ref)}` };
  if (Array.isArray(allOf) && allOf.length === 1) return closedSchema(allOf[0] as JsonSchema);
  const kept = Object.fromEntries(Object.entries(schema).filter(([keyword]) => KEPT.includes(keyword)));
  return {
    ...kept,
    ...(Array.isArray(oneOf) && { oneOf: oneOf.map((one) => closedSchema(one as JsonSchema)) }),
    ...(items ? { items: closedSchema(items as JsonSchema) } : {}),
    ...(properties
      ? { additionalProperties: false, properties: mapValues(properties as Schemas, closedSchema) }
      : {}),
    ...(additionalProperties
      ? { additionalProperties: closedSchema(additionalProperties as JsonSchema) }
      : {}),
  };
}

if (isMain(import.meta)) {
  writeFileSync(KUBERNETES_TYPES, await kubernetesTypes(goModule(KUBERNETES_NEWEST)));
  console.log(`${KUBERNETES_TYPES}: written, from ${KUBERNETES_NEWEST}`);
}
