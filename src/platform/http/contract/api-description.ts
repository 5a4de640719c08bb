import type { INestApplicationContext } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { OpenAPIObject } from '@nestjs/swagger';

/** What the OpenAPI document says of the API as a whole; the app provides it under `API_DESCRIPTION`. */
export interface ApiDescription {
  title: string;
  description: string;
  /** How a caller gets a bearer token. */
  authentication: string;
  license: { name: string; url: string };
}

export const API_DESCRIPTION = Symbol('API_DESCRIPTION');

/** A group of routes: the tag of their `@ApiTags`, and what the document says of it. */
interface Section {
  name: string;
  description: string;
  /** Sections of a lower rank come first, and equal ones in the order of the app's modules. */
  rank: number;
}

const SECTION = 'galley:section';

/** A section of the API. It stands on the module that has its routes. */
export const ApiSection =
  (name: string, description: string, { rank = 0 } = {}): ClassDecorator =>
  (module) =>
    Reflect.defineMetadata(SECTION, { name, description, rank } satisfies Section, module);

/** The sections of the app's modules. */
export const sectionsOf = (app: INestApplicationContext): NonNullable<OpenAPIObject['tags']> =>
  [...app.get(ModulesContainer).values()]
    .flatMap(({ metatype }) => (Reflect.getMetadata(SECTION, metatype) as Section | undefined) ?? [])
    .sort((a, b) => a.rank - b.rank)
    .map(({ name, description }) => ({ name, description }));
