import { type ConfigFactoryKeyHost, registerAs } from '@nestjs/config';
import type { z } from 'zod';
import type { ConfigFault } from './config.errors.js';

/** The settings of an area, by the names of their variables. */
export type Fields = Record<string, z.ZodType>;
export type Parsed<F extends Fields> = { -readonly [Name in keyof F]: z.output<F[Name]> };

/** The settings of all areas as they were parsed, and what the areas before one in the list have completed: the process comes first. */
export interface KnownSettings {
  production: boolean;
  GALLEY_DATA_DIR: string;
  GALLEY_SINGLE_PROCESS: boolean;
}

export interface AreaDefinition<F extends Fields, Completed extends object> {
  /** The title of its part of .env.example and docs/configuration.md; an area without one continues the part before it. */
  heading?: string;
  fields: F;
  /** Fills in a setting from others that are its parts; some may be absent or wrong. */
  compose?(parsed: Partial<Parsed<F>>): Partial<Parsed<F>>;
  /** The faults of settings together; some may be absent or wrong. */
  faults?(values: Partial<Parsed<F>>, known: Partial<KnownSettings>): ConfigFault[];
  /** What is absent and depends on other settings, and what follows from the settings. */
  complete?(values: Parsed<F>, known: KnownSettings): Completed;
  /** What is allowed and should still be known at every start. */
  warnings?(values: Merged<Parsed<F>, Completed>, known: KnownSettings): string[];
}

export type Merged<A, B> = {
  readonly [Name in keyof A | keyof B]: Name extends keyof B
    ? B[Name]
    : Name extends keyof A
      ? A[Name]
      : never;
};

/** An area as the code that reads all of them sees it. */
export interface AnyArea {
  (): object;
  readonly KEY: string | symbol;
  readonly namespace: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each area has its own types
  readonly definition: AreaDefinition<Fields, any>;
}

/** What the areas of a list hold together. */
export type SettingsOf<Areas extends readonly AnyArea[]> = Intersection<ReturnType<Areas[number]>>;
type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;

/**
 * The settings that one feature or one room of the platform reads, as a namespaced configuration of @nestjs/config:
 * inject `area.KEY` as `ConfigType<typeof area>`.
 */
export function settingsOf<
  Namespace extends string,
  F extends Fields,
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- completes nothing
  Completed extends object = {},
>(namespace: Namespace, definition: AreaDefinition<F, Completed>) {
  const factory = registerAs(namespace, (): Merged<Parsed<F>, Completed> => {
    throw new Error(`The settings ${namespace} are those of an app: ConfigModule.with provides them`);
  });
  return Object.assign(factory as typeof factory & ConfigFactoryKeyHost, { namespace, definition });
}
