import type { z } from 'zod';
import type { AnyArea } from './area.js';
import type { SettingMeta } from './fields.js';

/** All settings of the app: the areas in order, and each setting with its name. */
export class Catalogue<Areas extends readonly AnyArea[] = readonly AnyArea[]> {
  readonly fields: Record<string, z.ZodType>;
  readonly names: string[];

  /** @param withoutEffect settings of features that do not exist, with a sentence about each one */
  constructor(
    readonly areas: Areas,
    readonly withoutEffect: Record<string, string> = {},
  ) {
    const entries = areas.flatMap(({ definition }) => Object.entries(definition.fields));
    this.fields = Object.fromEntries(entries);
    this.names = entries.map(([name]) => name);
    const accepted = this.names.flatMap((name) => this.accepted(name));
    const twice = accepted.find((name, index) => accepted.indexOf(name) !== index);
    if (twice) throw new Error(`Two areas have the setting ${twice}`);
  }

  /** The names that set a setting. */
  accepted(name: string): string[] {
    return [name, ...(this.meta(name).synonyms ?? [])];
  }

  /** The names that set a setting, and those that a fault answers with the correct name. */
  known(name: string): string[] {
    return [...this.accepted(name), ...(this.meta(name).aliases ?? [])];
  }

  meta(name: string): SettingMeta & { description: string } {
    return this.fields[name]?.meta() as SettingMeta & { description: string };
  }
}
