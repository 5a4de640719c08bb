import { whoMay } from '../access/access.js';
import { BODY_LIMIT } from '../bodies/body-limit.js';
import type { AuditOfRoute } from './audited.decorator.js';
import type { JsonSchema } from './json-schema.js';
import { type OpenApiVersion, withExamples } from './openapi-examples.js';
import { headersOf } from './openapi-headers.js';
import { addAccessProblems, addSharedProblems } from './openapi-problems.js';
import type { Operation, Parameter } from './openapi-shapes.js';
import { IDEMPOTENCY_KEY_PARAMETER, IF_NONE_MATCH } from './request-headers.js';

type DocumentedSchema = JsonSchema & { description?: string; example?: unknown; examples?: unknown[] };

const MOST_PAGE_CHARACTERS = 100_000;
const NOT_MODIFIED = 'The resource has not changed: `If-None-Match` contains its current ETag.';

/** Adds the parts that the decorators of a route do not repeat: security, shared problems and headers. */
export function completeOperation(
  method: string,
  path: string,
  operation: Operation,
  version: OpenApiVersion,
  schemas: Record<string, JsonSchema>,
): void {
  const isDocument = operation['x-document'] === true;
  delete operation['x-document'];
  const isDated = operation['x-dated'] === true;
  delete operation['x-dated'];
  // The index is limited and has an ETag, too.
  const isApi = path === '/' || path.startsWith('/api/') || isDocument;
  const isStream = operation['x-stream'] === true;
  delete operation['x-stream'];
  const isRead = method === 'get' && !isStream; // A stream has no ETag.
  const isStored = isRead && operation['x-not-stored'] !== true;
  delete operation['x-not-stored'];
  const isConditionalByTag = operation['x-tagged'] === true;
  delete operation['x-tagged'];
  const replay = operation['x-replayable'];
  const takesKey = replay !== undefined;
  delete operation['x-replayable'];
  operation.operationId = operation.operationId.replace('[0]', '').replace('[1]', 'Alias');
  const access = operation['x-access'];
  delete operation['x-access'];
  operation.security =
    access === 'ignores-credentials' ? [] : access === 'public' ? [{}, { bearer: [] }] : [{ bearer: [] }];
  operation.description = [operation.description, callers(access), recorded(operation['x-audit'])]
    .filter(Boolean)
    .join('\n\n');
  addPage(operation);
  if (operation.requestBody) describeBody(method, operation.requestBody);
  operation.parameters = [
    ...(operation.parameters ?? []),
    ...(isApi && isStored ? [IF_NONE_MATCH] : []),
    ...(takesKey ? [IDEMPOTENCY_KEY_PARAMETER] : []),
  ].map((parameter) => asDocumented(parameter, version));
  if (isApi && isStored) operation.responses[304] ??= { description: NOT_MODIFIED };
  addAccessProblems(operation, access);
  addSharedProblems(operation, isApi);
  const isPublic = access === 'public' || isDocument;
  const isList = operation.parameters.some(({ name }) => name === 'cursor');
  for (const [status, response] of Object.entries(operation.responses))
    if (response.$ref === undefined)
      response.headers = headersOf({
        status: Number(status),
        isApi,
        isRead,
        isTagged: isStored || (!isRead && (isConditionalByTag || isVersioned(response, schemas))),
        isList,
        isPublic,
        isDated,
        takesKey,
        replay,
      });
}

/** Tells whether the body of a response has a version. */
function isVersioned(response: JsonSchema, schemas: Record<string, JsonSchema>): boolean {
  const { schema } =
    (response.content as Record<string, { schema: JsonSchema }> | undefined)?.['application/json'] ?? {};
  const name = String(schema?.$ref).split('/').at(-1) as string;
  const { properties = {} } = schemas[name] ?? schema ?? {};
  return 'version' in (properties as object);
}

/** The page has no schema, because it is for people. */
function addPage(operation: Operation): void {
  if (operation['x-page'])
    Object.assign(operation.responses[200]?.content ?? {}, {
      'text/html': { schema: { type: 'string', maxLength: MOST_PAGE_CHARACTERS } },
    });
  delete operation['x-page'];
}

function callers(access: Operation['x-access']): string {
  if (access === undefined) return 'No role may call this endpoint.';
  if (access === 'public') return 'Authentication is optional.';
  return access === 'ignores-credentials' ? 'Requires no authentication.' : whoMay(access);
}

function recorded({ actions = [] }: AuditOfRoute = {}): string | undefined {
  if (actions.length === 0) return undefined;
  return `Audit log: ${actions.map((action) => `\`${action}\``).join(', ')}.`;
}

/** An array is comma-separated (style `form`). A default that zod adds makes a parameter optional. */
function asDocumented({ schema = {}, ...rest }: Parameter, version: OpenApiVersion): Parameter {
  const { description, ...plain } = withExamples(schema, version) as DocumentedSchema;
  // Swagger UI sends the example of a parameter. This is correct for a path, but elsewhere it would add a filter.
  const example = rest.in === 'path' ? (plain.example ?? plain.examples?.[0]) : undefined;
  // For a number or a boolean, zod knows the text in the URL.
  if (plain.type !== 'string' && typeof plain.default === 'string') plain.default = JSON.parse(plain.default);
  return {
    ...rest,
    ...(description !== undefined && { description }),
    ...(example !== undefined && { example }),
    schema: alone(plain),
    ...(plain.type === 'array' && { style: 'form', explode: false }),
  };
}

/** In OpenAPI 3.0, a reference with a description is inside `allOf`. The parameter itself has the description here. */
function alone(schema: DocumentedSchema): JsonSchema {
  const [only, ...more] = (schema.allOf ?? []) as JsonSchema[];
  return only && more.length === 0 && Object.keys(schema).length === 1 ? only : schema;
}

/** A request may omit a body whose schema has a default. */
function describeBody(method: string, body: NonNullable<Operation['requestBody']>): void {
  const json = body.content['application/json'];
  if (!json) return;
  if (json.schema.default !== undefined) {
    const { default: _omitted, ...schema } = json.schema;
    json.schema = alone(schema);
    body.required = false;
  }
  body.description ??= `The JSON body. It must have at most ${BODY_LIMIT.toLocaleString('en')} bytes.`;
  if (method === 'patch') body.content['application/merge-patch+json'] = json;
}
