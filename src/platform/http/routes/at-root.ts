import type { INestApplicationContext } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';

const AT_ROOT = 'galley:at-root';

/** The routes of the controller are at the root and not below `API_PATH`. */
export const AtRoot = (): ClassDecorator => (controller) => Reflect.defineMetadata(AT_ROOT, true, controller);

/** Returns the paths of the controllers at the root. */
export const rootPaths = (app: INestApplicationContext): string[] =>
  [...app.get(ModulesContainer).values()]
    .flatMap(({ controllers }) => [...controllers.values()])
    .filter(({ metatype }) => metatype && Reflect.hasMetadata(AT_ROOT, metatype))
    .flatMap(({ metatype }) => pathsOf((metatype as { prototype: Record<string, object> }).prototype));

/** A controller at the root has no path prefix. */
const pathsOf = (prototype: Record<string, object>): string[] =>
  new MetadataScanner()
    .getAllMethodNames(prototype)
    .flatMap((name) => (Reflect.getMetadata(PATH_METADATA, prototype[name] as object) ?? []) as string[]);
