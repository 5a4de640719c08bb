import type { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { WebhookDocument } from './openapi-webhooks.js';

/** The general part of the OpenAPI document. The app provides it as `API_DESCRIPTION`. */
export interface ApiDescription {
  title: string;
  description: string;
  /** Describes how a caller gets a bearer token. */
  authentication: string;
  license: { name: string; url: string };
  examples: ApiExamples;
}

/** The values of the examples that all routes share. */
export interface ApiExamples {
  /** The path of a list. */
  list: string;
  /** The path of a resource that was created. */
  created: string;
  /** An example of a problem of a route. */
  problem: { code: string; status: number; title: string; detail: string; instance: string };
}

export const API_DESCRIPTION = Symbol('API_DESCRIPTION');

/** A module that sends requests to receivers provides a function that returns their documents (`WebhookDocument`). */
export const API_WEBHOOKS = Symbol('API_WEBHOOKS');

/** A group of routes: the tag of their `@ApiTags` and its description. */
interface Section {
  name: string;
  description: string;
  /** Sections with a lower rank come first. Sections with the same rank have the order of the modules of the app. */
  rank: number;
}

const SECTION = 'galley:section';

/** Declares a section of the API on the module that contains its routes. */
export const ApiSection =
  (name: string, description: string, { rank = 0 } = {}): ClassDecorator =>
  (module) =>
    Reflect.defineMetadata(SECTION, { name, description, rank } satisfies Section, module);

/** Returns the sections of all modules of the app. */
export const sectionsOf = (modules: ModulesContainer): NonNullable<OpenAPIObject['tags']> =>
  [...modules.values()]
    .flatMap(({ metatype }) => (Reflect.getMetadata(SECTION, metatype) as Section | undefined) ?? [])
    .sort((a, b) => a.rank - b.rank)
    .map(({ name, description }) => ({ name, description }));

/** Returns the requests that modules of the app send to receivers. */
export const webhookDocumentsOf = (modules: ModulesContainer): WebhookDocument[] =>
  [...modules.values()].flatMap(({ providers }) => {
    const documents = providers.get(API_WEBHOOKS)?.instance as (() => WebhookDocument[]) | undefined;
    return documents?.() ?? [];
  });
