import { readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

interface Operation {
  operationId: string;
  responses: Record<
    string,
    { $ref?: string; content?: Record<string, { schema: object }>; headers?: Record<string, object> }
  >;
}

const document = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>;
  components: {
    responses: Record<string, Operation['responses'][string]>;
    schemas: Record<string, { properties?: object; additionalProperties?: unknown }>;
  };
};

// The document permits additional fields for clients. Responses of this release must contain only documented
// fields.
for (const schema of Object.values(document.components.schemas)) {
  if (schema.properties) schema.additionalProperties ??= false;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (instance: Ajv2020) => void)(ajv);
ajv.addSchema(document, 'openapi.json');

const templates = Object.entries(document.paths)
  .map(([path, item]) => ({ path, item, pattern: new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`) }))
  .sort((a, b) => a.path.split('{').length - b.path.split('{').length);

const validators = new Map<string, ValidateFunction>();

function validator(pointer: string): ValidateFunction {
  let validate = validators.get(pointer);
  if (!validate) {
    validate = ajv.compile({ $ref: `openapi.json#${pointer}` });
    validators.set(pointer, validate);
  }
  return validate;
}

const escape = (part: string) => part.replace(/~/g, '~0').replace(/\//g, '~1');

/** Headers that a client acts on, so that a response has them only where its status documents them. */
const CHECKED_HEADERS = [
  'Idempotency-Replayed',
  'Location',
  'WWW-Authenticate',
  'Accept',
  'Accept-Patch',
  'Accept-Encoding',
];

/** Returns the faults of a response according to openapi.json, or an empty list. */
export function contractFaults(
  method: string,
  url: string,
  status: number,
  type: string,
  body: unknown,
  headers: Headers,
): string[] {
  const path = url.split('?', 1)[0]?.replace(/^\/api(?=\/|$)(?!\/v1(?:\/|$))/, '/api/v1') ?? '';
  const verb = method === 'HEAD' ? 'get' : method.toLowerCase();
  const route = templates.find(({ pattern, item }) => pattern.test(path) && item[verb]);
  if (!route) return status >= 400 && method !== 'HEAD' ? problemFaults(type, body) : [];
  const operation = route.item[verb] as Operation;
  const response = operation.responses[status];
  if (!response) return [`${operation.operationId} does not document ${status}`];
  const reference = response.$ref?.replace('#/components/responses/', '');
  const documented = reference ? document.components.responses[reference] : response;
  const unnamed = CHECKED_HEADERS.filter((name) => headers.has(name) && !documented?.headers?.[name]);
  if (unnamed.length > 0)
    return [`${operation.operationId} ${status} does not document ${unnamed.join(', ')}`];
  if (verb !== 'get' && headers.has('ETag') !== Boolean(documented?.headers?.ETag))
    return [`${operation.operationId} ${status} documents an ETag that it does not have, or has one`];
  const content = documented?.content;
  if (status === 304 || method === 'HEAD') return [];
  if (!content) return body === undefined ? [] : [`${operation.operationId} ${status} documents no body`];
  const media = type.split(';', 1)[0] as string;
  if (media === STREAM && content[media]) return []; // Each of its events is checked.
  if (!content[media]) return [`${operation.operationId} ${status} does not document ${media}`];
  const base = reference
    ? `/components/responses/${reference}`
    : `/paths/${escape(route.path)}/${verb}/responses/${status}`;
  return faultsOf(validator(`${base}/content/${escape(media)}/schema`), body);
}

const STREAM = 'text/event-stream';

/** Returns the faults of the data of one event of a stream. */
export const streamFaults = (path: string, data: unknown): string[] =>
  faultsOf(validator(`/paths/${escape(path)}/get/responses/200/content/${escape(STREAM)}/schema`), data);

function problemFaults(type: string, body: unknown): string[] {
  if (!type.startsWith('application/problem+json')) return [`${type} is not application/problem+json`];
  return faultsOf(validator('/components/schemas/Problem'), body);
}

const faultsOf = (validate: ValidateFunction, body: unknown): string[] =>
  validate(body)
    ? []
    : (validate.errors ?? []).map(
        (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
      );
