import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { z } from 'zod';
import { Config, type Settings } from '../../config/config.js';
import { type JsonSchema, type Target, toJsonSchema } from './json-schema.js';
import { type OpenApiVersion, withExamples, withExamplesByName } from './openapi-examples.js';
import { SHARED_HEADERS } from './openapi-headers.js';
import { completeOperation } from './openapi-operation.js';
import { problemExamples, sharedResponses } from './openapi-problems.js';
import type { Operation } from './openapi-shapes.js';
import { knownProblems, ProblemDocument } from '../problems/problem-catalogue.js';
import { LEAST_BY_SETTING } from '../../schemas/schemas.js';

/** The API's own version: grows when the contract does, not when the program does. */
const API_VERSION = '1.0.0';

const DESCRIPTION = `Galley is a publishing API. It manages accounts, posts, comments and tags over REST.

Lists use cursor pagination. \`ETag\` and \`If-Match\` prevent lost updates. Every error response is an
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document with a stable [code](/docs/problems).

To try the API on this page, send **Register an account**, then **Log in**. Copy \`accessToken\` from the response,
select **Authorize** and paste the token. Every request contains an example: select **Execute** to send it.`;

const AUTHENTICATION =
  'The access token that `POST /api/v1/auth/login` returns. It is a JWT (RFC 9068) and follows RFC8725.';

/** The document of the app: what Swagger UI shows, what is committed, what tests validate by. */
export function createOpenApiDocument(
  app: INestApplication,
  version: OpenApiVersion = '3.1.0',
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion(version)
    .setTitle('Galley')
    .setDescription(DESCRIPTION)
    .setVersion(API_VERSION)
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: AUTHENTICATION },
      'bearer',
    )
    .addTag('auth', 'Endpoints to register, log in and out, refresh a session, and change the password.')
    .addTag('users', 'Endpoints to read and update profiles, and to manage accounts as an administrator.')
    .addTag('posts', 'Endpoints to create, edit, publish, list and import posts and pages.')
    .addTag('comments', 'Endpoints to write and moderate comments on posts.')
    .addTag('tags', 'Endpoints to list and manage the tags of posts.')
    .addTag('health', 'Health endpoints for probes and operators.')
    .build();
  const target: Target = version === '3.0.3' ? 'openapi-3.0' : 'draft-2020-12';
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
    standardSchemaConverter: (schema, { schemaType }) => convert(schema as z.ZodType, schemaType, target),
  });
  return finish(document, version, target, app.get(Config));
}

/** Everything with an id becomes a component; all else stands where it is used. */
function convert(schema: z.ZodType, io: 'input' | 'output', target: Target) {
  const components: Record<string, JsonSchema> = {};
  return { schema: lifted(toJsonSchema(schema, io, target), io, components) as JsonSchema, components };
}

/**
 * The schema without the definitions in it, which go to `components`. What we
 * answer is open in the document although the serializer is strict: a client
 * of today has to live with the fields of tomorrow.
 */
function lifted(value: unknown, io: 'input' | 'output', components: Record<string, JsonSchema>): unknown {
  if (Array.isArray(value)) return value.map((item) => lifted(item, io, components));
  if (typeof value !== 'object' || value === null) return value;
  const { $schema: _dialect, $defs, definitions, ...rest } = value as JsonSchema;
  for (const [name, definition] of Object.entries({ ...($defs ?? {}), ...(definitions ?? {}) })) {
    const { id: _id, ...schema } = definition as JsonSchema;
    components[name] = lifted(schema, io, components) as JsonSchema;
  }
  const { allOf } = rest;
  if (Array.isArray(allOf) && allOf.length === 1 && Object.keys(rest).length === 1)
    return lifted(allOf[0], io, components);
  if (io === 'output' && rest.additionalProperties === false) delete rest.additionalProperties;
  return Object.fromEntries(Object.entries(rest).map(([key, child]) => [key, lifted(child, io, components)]));
}

function finish(
  document: OpenAPIObject,
  version: OpenApiVersion,
  target: Target,
  config: Config,
): OpenAPIObject {
  const { components } = convert(ProblemDocument, 'output', target);
  const schemas = { ...document.components?.schemas, ...components } as Record<string, JsonSchema>;
  for (const schema of Object.values(schemas)) boundBySettings(schema, config);
  listCodes(schemas.Problem as JsonSchema);
  document.components = {
    ...document.components,
    responses: sharedResponses() as never,
    headers: mapValues(SHARED_HEADERS, ({ description, schema }) => ({
      description,
      schema: withExamples(schema, version) as object,
    })),
    schemas: sortKeys(withExamplesByName(schemas, version)),
  };
  document.servers = [{ url: '/', 'x-internal': false } as { url: string }];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>))
      completeOperation(method, path, operation, version);
  }
  document.components.examples = problemExamples(JSON.stringify(document));
  const text = JSON.stringify(document).replaceAll(/"#\/(?:\$defs|definitions)\//g, '"#/components/schemas/');
  return JSON.parse(text) as OpenAPIObject;
}

/** A length that a setting decides is the one of this deployment. */
function boundBySettings({ properties = {} }: JsonSchema, config: Config): void {
  for (const property of Object.values(properties as Record<string, JsonSchema>)) {
    const setting = property[LEAST_BY_SETTING] as keyof Settings | undefined;
    if (setting === undefined) continue;
    delete property[LEAST_BY_SETTING];
    property.minLength = Number(config[setting]);
  }
}

/** An open list: a client that knows the codes of today has to live with those of tomorrow. */
function listCodes(problem: JsonSchema): void {
  const { code } = problem.properties as { code: JsonSchema };
  const codes = knownProblems().map((known) => known.code);
  code['x-extensible-enum'] = codes;
  code.description =
    `The reason for the error, for use by programs. A code never changes its meaning. New codes can be added: handle a ` +
    `code that you do not know by its \`status\`. Known codes: ${codes.map((known) => `\`${known}\``).join(', ')}.`;
}

const mapValues = <T extends object, R>(value: T, change: (child: T[keyof T]) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child as T[keyof T])]));

const sortKeys = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
