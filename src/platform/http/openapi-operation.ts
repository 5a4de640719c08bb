import { type Permission, whoMay } from './access.js';
import { IdempotencyKeyInUse } from '../idempotency/idempotency.errors.js';
import type { JsonSchema } from './json-schema.js';
import { withExamples } from './openapi-examples.js';
import { problemResponse } from './returns.decorator.js';

interface Parameter {
  name: string;
  in: string;
  schema?: JsonSchema;
  [key: string]: unknown;
}

type DocumentedSchema = JsonSchema & { description?: string; examples?: unknown[] };

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: JsonSchema }> };
  responses: Record<string, JsonSchema>;
  security?: object[];
  'x-access'?: 'public' | 'ignores-credentials' | Permission;
  'x-replayable'?: true;
  [key: string]: unknown;
}

const IN_USE = problemResponse(409, [IdempotencyKeyInUse]).description;
const NOT_MODIFIED = 'Not changed: `If-None-Match` names the present ETag';

/** Adds to an operation what no decorator of its route has to repeat: security, shared problems, headers. */
export function completeOperation(method: string, path: string, operation: Operation): void {
  operation.operationId = operation.operationId.replace('[0]', '').replace('[1]', 'Alias');
  const access = operation['x-access'];
  delete operation['x-access'];
  operation.security =
    access === 'ignores-credentials' ? [] : access === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }];
  operation.description = [operation.description, callers(access)].filter(Boolean).join('\n\n');
  operation.parameters = operation.parameters?.map(asDocumented);
  if (operation.requestBody) describeBody(method, operation.requestBody);
  const isApi = path.startsWith('/api/');
  const add = (status: number, name: string) => {
    operation.responses[status] ??= { $ref: `#/components/responses/${name}` };
  };
  add(400, 'BadRequest');
  if (access === 'public') add(401, 'InvalidToken');
  else if (access !== 'ignores-credentials') {
    add(401, 'NotSignedIn');
    add(403, 'NotAllowed');
  }
  if (operation.requestBody) {
    add(413, 'BodyTooLarge');
    add(415, 'UnsupportedMediaType');
  }
  if (isApi && method === 'get') operation.responses[304] ??= { description: NOT_MODIFIED };
  if (operation.parameters?.some(({ name }) => name === 'If-Match')) {
    add(412, 'VersionMismatch');
    add(428, 'IfMatchRequired');
  }
  if (operation['x-replayable']) describeIdempotency(operation, add);
  delete operation['x-replayable'];
  if (isApi) add(429, 'TooManyRequests');
  add(431, 'HeadersTooLarge');
  add(500, 'InternalError');
  add(503, 'Unavailable');
  for (const [status, response] of Object.entries(operation.responses))
    describeHeaders(Number(status), response);
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'A key of your own: in one session the same request with the same key is done once. For 24 h it is answered ' +
    'alike when it comes again, with a resource as you may read it by then. If-Match may differ.',
  schema: { type: 'string', maxLength: 257, examples: ['"0f4a6d4e-6a0c-4a4e-9a49-0f6ac4e0a1c2"'] },
};

/** A route's own conflicts stand beside the key's. */
function describeIdempotency(operation: Operation, add: (status: number, name: string) => void): void {
  operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
  const conflict = operation.responses[409];
  if (conflict) conflict.description = `${String(conflict.description)}; ${IN_USE}`;
  add(409, 'IdempotencyKeyInUse');
  add(422, 'IdempotencyKeyReused');
}

function callers(access: Operation['x-access']): string {
  if (access === undefined) return 'For nobody yet.';
  return access === 'public' || access === 'ignores-credentials' ? 'For everyone.' : whoMay(access);
}

/** Comma-separated values are an array in `form` style; a default that zod filled in makes a parameter optional. */
function asDocumented(parameter: Parameter): Parameter {
  const { schema = {}, ...rest } = parameter;
  const {
    'x-csv': items,
    'x-integer': integer,
    description,
    ...plain
  } = withExamples(schema) as DocumentedSchema;
  // Swagger UI fills in a parameter's own example: right for a path, and a filter that nobody asked for elsewhere.
  const example = parameter.in === 'path' ? plain.examples?.[0] : undefined;
  const documented = {
    ...rest,
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example }),
  };
  if (integer !== undefined) {
    const byDefault = plain.default === undefined ? {} : { default: Number(plain.default) };
    return { ...documented, schema: { ...(integer as JsonSchema), ...byDefault } };
  }
  if (items === undefined) return { ...documented, schema: plain };
  const { $schema: _dialect, ...item } = items as JsonSchema;
  return { ...documented, schema: { type: 'array', items: item }, style: 'form', explode: false };
}

function describeBody(method: string, body: NonNullable<Operation['requestBody']>): void {
  const json = body.content['application/json'];
  if (json && method === 'patch') body.content['application/merge-patch+json'] = json;
}

const text = (description: string, example: string) => ({
  description,
  schema: { type: 'string', examples: [example] },
});

function describeHeaders(status: number, response: JsonSchema): void {
  if (response.$ref !== undefined || status >= 400) return;
  response.headers = {
    'X-Request-Id': text('The id of this request in our log', '6f1f4a0e-6a0c-4a4e-9a49-0f6ac4e0a1c2'),
    ...(status === 201 && {
      Location: text('Where the new resource is', '/api/v1/posts/019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'),
    }),
    ...(status < 204 && {
      ETag: text('`"<version>-<hash of this representation>"`', '"3-Tn9fY0l2m1Qk4v7a"'),
    }),
  };
}
