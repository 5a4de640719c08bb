import { type ConfigFactoryKeyHost, registerAs } from '@nestjs/config';
import type { z } from 'zod';
import type { ConfigFault } from './config.errors.js';

/** The settings of an area, by the names of their environment variables. */
export type Fields = Record<string, z.ZodType>;
export type Parsed<F extends Fields> = { -readonly [Name in keyof F]: z.output<F[Name]> };

/** The parsed settings of all areas, and the completed settings of the areas earlier in the list. */
export interface KnownSettings {
  production: boolean;
  GALLEY_DATA_DIR: string;
  GALLEY_SINGLE_PROCESS: boolean;
}

export interface AreaDefinition<F extends Fields, Completed extends object> {
  /** The heading in .env.example and docs/configuration.md. An area without a heading continues the previous one. */
  heading?: string;
  fields: F;
  /** Builds a setting from others that are its parts. Some of them can be absent or invalid. */
  compose?(parsed: Partial<Parsed<F>>): Partial<Parsed<F>>;
  /** Returns the faults across several settings. Some of them can be absent or invalid. */
  faults?(values: Partial<Parsed<F>>, known: Partial<KnownSettings>): ConfigFault[];
  /** Returns defaults that depend on other settings, and values that are derived from settings. */
  complete?(values: Parsed<F>, known: KnownSettings): Completed;
  /** Returns warnings for each start about settings that are valid but may not be intended. */
  warnings?(values: Merged<Parsed<F>, Completed>, known: KnownSettings): string[];
}

export type Merged<A, B> = {
  readonly [Name in keyof A | keyof B]: Name extends keyof B
    ? B[Name]
    : Name extends keyof A
      ? A[Name]
      : never;
};

/** An area, as the code that reads all areas uses it. */
export interface AnyArea {
  (): object;
  readonly KEY: string | symbol;
  readonly namespace: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- each area has its own types
  readonly definition: AreaDefinition<Fields, any>;
}

/** The settings of all areas in a list. */
export type SettingsOf<Areas extends readonly AnyArea[]> = Intersection<ReturnType<Areas[number]>>;
type Intersection<U> = (U extends unknown ? (value: U) => void : never) extends (value: infer I) => void
  ? I
  : never;

/**
 * Declares the settings of one feature or one room of the platform as a namespaced configuration of @nestjs/config.
 * Inject `area.KEY` as `ConfigType<typeof area>`.
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
