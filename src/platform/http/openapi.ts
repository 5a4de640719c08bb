import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { z } from 'zod';
import * as problems from '../errors/problems.js';
import { IdempotencyKeyInUse, IdempotencyKeyReused } from '../idempotency/idempotency.errors.js';
import { type JsonSchema, toJsonSchema } from './json-schema.js';
import { withExamplesByName } from './openapi-examples.js';
import { completeOperation, type Operation } from './openapi-operation.js';
import { knownProblems, ProblemDocument } from './problem-catalogue.js';
import { problemResponse } from './returns.decorator.js';

/** The API's own version: grows when the contract does, not when the program does. */
const API_VERSION = '1.0.0';

const DESCRIPTION = `Publishing over plain REST.

Lists page by cursor; \`ETag\` and \`If-Match\` stop lost updates; errors are
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem documents with a [code](/docs/problems) that never changes.

To try it here: **register**, then **login**, copy \`accessToken\`, press **Authorize** and paste it.
Each request is filled in with an example: press **Execute**.`;

const SHARED_RESPONSES = {
  BadRequest: [problems.ValidationFailed, problems.MalformedRequest],
  NotSignedIn: [problems.NotSignedIn, problems.InvalidToken],
  InvalidToken: [problems.InvalidToken],
  NotAllowed: [problems.NotAllowed],
  IdempotencyKeyInUse: [IdempotencyKeyInUse],
  IdempotencyKeyReused: [IdempotencyKeyReused],
  VersionMismatch: [problems.PreconditionFailed],
  PreconditionFailed: [problems.PreconditionFailed, problems.IfNoneMatchFailed],
  BodyTooLarge: [problems.BodyTooLarge],
  UnsupportedMediaType: [problems.UnsupportedMediaType],
  IfMatchRequired: [problems.PreconditionRequired],
  TooManyRequests: [problems.TooManyRequests],
  HeadersTooLarge: [problems.HeadersTooLarge],
  InternalError: [problems.InternalError],
  Unavailable: [problems.DatabaseUnavailable, problems.Busy],
};

/** The OpenAPI 3.1 document of the app: what Swagger UI shows, what is committed, what tests validate by. */
export function createOpenApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Galley')
    .setDescription(DESCRIPTION)
    .setVersion(API_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addServer('/')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' }, 'bearer')
    .addTag('auth', 'Accounts come in, sessions begin and end')
    .addTag('users', 'People')
    .addTag('posts', 'What is published')
    .addTag('comments', 'What readers answer')
    .addTag('tags', 'What posts are about')
    .addTag('health', 'Probes and people ask how it is')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
    standardSchemaConverter: (schema, { schemaType }) => convert(schema as z.ZodType, schemaType),
  });
  return finish(document);
}

/** A schema with an id becomes a component; all others stand where they are used. */
function convert(schema: z.ZodType, io: 'input' | 'output') {
  const {
    $defs = {},
    $schema: _dialect,
    id,
    ...root
  } = toJsonSchema(schema, io) as JsonSchema & { $defs?: Record<string, JsonSchema> };
  const components = Object.fromEntries(
    Object.entries($defs).map(([name, { id: _id, ...definition }]) => [name, definition]),
  );
  if (typeof id !== 'string') return { schema: root, components };
  return { schema: { $ref: `#/$defs/${id}` }, components: { ...components, [id]: root } };
}

function finish(document: OpenAPIObject): OpenAPIObject {
  const { schema: _ref, components } = convert(ProblemDocument, 'output');
  const responses = Object.fromEntries(
    Object.entries(SHARED_RESPONSES).map(([name, classes]) => {
      const { status: _status, ...response } = problemResponse(0, classes);
      return [name, response];
    }),
  );
  document.components = {
    ...document.components,
    responses: { ...document.components?.responses, ...(responses as object) },
    schemas: sortKeys(withExamplesByName({ ...document.components?.schemas, ...(components as object) })),
  };
  const codes = knownProblems().map((problem) => problem.code);
  const problem = document.components.schemas?.Problem as { properties: { code: object } };
  problem.properties.code = { ...problem.properties.code, enum: codes };
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>))
      completeOperation(method, path, operation);
  }
  return JSON.parse(JSON.stringify(document)) as OpenAPIObject;
}

const sortKeys = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
