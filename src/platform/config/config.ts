/** The values of each area, by its namespace. */
type AreaValues = Record<string, object>;

/**
 * All settings of the process, for code that assembles the app. All other code injects its own area.
 * Only this folder reads the environment.
 */
export class Config {
  readonly #values: AreaValues;

  constructor(values: AreaValues) {
    this.#values = values;
    Object.assign(this, ...Object.values(values));
  }

  /**
   * Returns the value of a setting by its name.
   * @throws Error if no area has this setting
   */
  setting(name: string): unknown {
    if (!(name in this)) throw new Error(`No area has the setting ${name}`);
    return (this as unknown as Record<string, unknown>)[name];
  }

  area(namespace: string): object {
    return this.#values[namespace] ?? {};
  }

  /**
   * Returns a copy with changed settings, for example the address of the embedded database or the limits of a test.
   * @throws Error if no area has such a setting
   */
  with(changes: object): this {
    const unknown = Object.keys(changes).find((name) => !(name in this));
    if (unknown) throw new Error(`No area has the setting ${unknown}`);
    const changed = Object.entries(this.#values).map(([namespace, values]) => [
      namespace,
      { ...values, ...Object.fromEntries(Object.entries(changes).filter(([name]) => name in values)) },
    ]);
    return new Config(Object.fromEntries(changed) as AreaValues) as this;
  }
}

/** A configuration with the types of the settings `S`. */
export type ConfigOf<S extends object> = Config & Readonly<S>;
