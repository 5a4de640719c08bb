import { readFileSync } from 'node:fs';
import type { JsonSchema } from './chart-values.ts';
import { KUBERNETES_TYPES, reachable } from './kubernetes-types.ts';

type Definitions = Record<string, JsonSchema>;

const QUANTITY = String.raw`^[+-]?(\d+(\.\d*)?|\.\d+)([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?$`;
/** The chart itself sets the request of a probe. */
const PROBE_NUMBERS = /Seconds$|Threshold$/;

/** Returns the definitions of the named types and of the types that they use. */
export function kubernetesDefinitions(names: string[]): Definitions {
  const types = narrowed(JSON.parse(readFileSync(KUBERNETES_TYPES, 'utf8')) as Definitions);
  return Object.fromEntries([...reachable(types, names)].sort().map((name) => [name, types[name] ?? {}]));
}

/** Kubernetes accepts any name of a resource and any text of a quantity here, and refuses the pod later. */
function narrowed(types: Definitions): Definitions {
  const quantity = { $ref: '#/definitions/Quantity' };
  const amounts = { $ref: '#/definitions/Amounts' };
  const { properties: requirements } = types.ResourceRequirements as { properties: Definitions };
  const { properties: probe } = types.Probe as { properties: Definitions };
  return {
    ...types,
    Quantity: { type: ['string', 'number'], pattern: QUANTITY },
    Amounts: {
      type: 'object',
      additionalProperties: false,
      properties: { cpu: quantity, memory: quantity, 'ephemeral-storage': quantity },
      patternProperties: { '^hugepages-': quantity, '/': quantity },
    },
    ResourceRequirements: {
      ...types.ResourceRequirements,
      properties: { ...requirements, limits: amounts, requests: amounts },
    },
    ProbeNumbers: {
      type: 'object',
      additionalProperties: false,
      properties: Object.fromEntries(Object.entries(probe).filter(([name]) => PROBE_NUMBERS.test(name))),
    },
  };
}
