import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import type { z } from 'zod';
import { Config } from '../../config/config.js';
import {
  API_DESCRIPTION,
  type ApiDescription,
  type ApiExamples,
  sectionsOf,
  webhookDocumentsOf,
} from './api-description.js';
import { type JsonSchema, type Target, toJsonSchema } from './json-schema.js';
import { type OpenApiVersion, withExamples, withExamplesByName } from './openapi-examples.js';
import { addBodyExamples } from './openapi-body-examples.js';
import { sharedHeaders } from './openapi-headers.js';
import { completeOperation } from './openapi-operation.js';
import { problemExamples, sharedResponses } from './openapi-problems.js';
import type { Operation } from './openapi-shapes.js';
import { webhooksOf } from './openapi-webhooks.js';
import { knownProblems, ProblemDocument, problemType } from '../problems/problem-catalogue.js';
import { LEAST_BY_SETTING } from '../../schemas/schemas.js';

/** The version of the contract, which is independent of the version of the program. */
const API_VERSION = '1.0.0';

/** Returns the document of the app for Swagger UI, for the repository and for the tests that validate responses. */
export function createOpenApiDocument(
  app: INestApplication,
  version: OpenApiVersion = '3.1.0',
): OpenAPIObject {
  const { title, description, authentication, license, examples } = app.get<ApiDescription>(API_DESCRIPTION);
  const config = new DocumentBuilder()
    .setOpenAPIVersion(version)
    .setTitle(title)
    .setDescription(description)
    .setVersion(API_VERSION)
    .setLicense(license.name, license.url)
    .addBearerAuth(
      { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: authentication },
      'bearer',
    )
    .build();
  config.tags = sectionsOf(app.get(ModulesContainer));
  const target: Target = version === '3.0.3' ? 'openapi-3.0' : 'draft-2020-12';
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (_controller, method) => method,
    autoTagControllers: false,
    standardSchemaConverter: (schema, { schemaType }) => convert(schema as z.ZodType, schemaType, target),
  });
  if (target !== 'openapi-3.0') addWebhooks(document, app.get(ModulesContainer), target);
  return finish(document, version, target, examples, app.get(Config));
}

/** OpenAPI 3.0 has no webhooks. */
function addWebhooks(document: OpenAPIObject, modules: ModulesContainer, target: Target): void {
  const schemas = (document.components ??= {}).schemas ?? {};
  const webhooks = webhooksOf(webhookDocumentsOf(modules), (schema) => {
    const converted = convert(schema, 'output', target);
    Object.assign(schemas, converted.components);
    return converted.schema;
  });
  document.components.schemas = schemas;
  if (Object.keys(webhooks).length > 0) Object.assign(document, { webhooks });
}

/** Every schema with an id becomes a component. All others are inline. */
function convert(schema: z.ZodType, io: 'input' | 'output', target: Target) {
  const components: Record<string, JsonSchema> = {};
  return { schema: lifted(toJsonSchema(schema, io, target), io, components) as JsonSchema, components };
}

/**
 * Returns the schema without its definitions, which move to `components`. Objects in responses permit additional
 * fields in the document although the serializer is strict, because clients must accept fields of later releases.
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
  examples: ApiExamples,
  config: Config,
): OpenAPIObject {
  const { components } = convert(ProblemDocument, 'output', target);
  const schemas = { ...document.components?.schemas, ...components } as Record<string, JsonSchema>;
  for (const schema of Object.values(schemas)) boundBySettings(schema, config);
  listCodes(schemas.Problem as JsonSchema);
  showProblem(schemas.Problem as JsonSchema, examples.problem);
  document.components = {
    ...document.components,
    responses: sharedResponses() as never,
    headers: mapValues(sharedHeaders(examples), ({ description, schema }) => ({
      description,
      schema: withExamples(schema, version) as object,
    })),
    schemas: sortKeys(withExamplesByName(schemas, version)),
  };
  document.servers = [{ url: '/', 'x-internal': false } as { url: string }];
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item as Record<string, Operation>))
      completeOperation(method, path, operation, version, schemas);
  }
  document.components.examples = problemExamples(JSON.stringify(document), examples.list);
  const text = JSON.stringify(document).replaceAll(/"#\/(?:\$defs|definitions)\//g, '"#/components/schemas/');
  return withBodyExamples(JSON.parse(text) as OpenAPIObject);
}

function withBodyExamples(document: OpenAPIObject): OpenAPIObject {
  const schemas = document.components?.schemas as Record<string, JsonSchema>;
  for (const item of Object.values(document.paths))
    for (const operation of Object.values(item as Record<string, Operation>))
      addBodyExamples(operation, schemas);
  return document;
}

/** If a setting defines a length, the document contains the value of this deployment. */
function boundBySettings({ properties = {} }: JsonSchema, config: Config): void {
  for (const property of Object.values(properties as Record<string, JsonSchema>)) {
    const setting = property[LEAST_BY_SETTING] as string | undefined;
    if (setting === undefined) continue;
    delete property[LEAST_BY_SETTING];
    property.minLength = Number(config.setting(setting));
  }
}

/** The list of codes is open, because clients must accept codes of later releases. */
function listCodes(problem: JsonSchema): void {
  const { code } = problem.properties as { code: JsonSchema };
  const codes = knownProblems().map((known) => known.code);
  code['x-extensible-enum'] = codes;
  code.description =
    `The reason for the error, for use by programs. A code never changes its meaning. New codes can be added: handle a ` +
    `code that you do not know by its \`status\`. Known codes: ${codes.map((known) => `\`${known}\``).join(', ')}.`;
}

function showProblem({ properties }: JsonSchema, problem: ApiExamples['problem']): void {
  const fields = properties as Record<string, JsonSchema>;
  for (const [name, value] of Object.entries({ type: problemType(problem.code), ...problem }))
    Object.assign(fields[name] ?? {}, { examples: [value] });
}

const mapValues = <T extends object, R>(value: T, change: (child: T[keyof T]) => R): Record<string, R> =>
  Object.fromEntries(Object.entries(value).map(([key, child]) => [key, change(child as T[keyof T])]));

const sortKeys = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) as T;
