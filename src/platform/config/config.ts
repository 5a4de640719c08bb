/** The values of each area, by its namespace. */
type AreaValues = Record<string, object>;

/**
 * The settings of the process, all areas together: for what joins the app. Everything else injects its own area.
 * Nothing but this folder reads the environment.
 */
export class Config {
  readonly #values: AreaValues;

  constructor(values: AreaValues) {
    this.#values = values;
    Object.assign(this, ...Object.values(values));
  }

  /**
   * The value of a setting that is known by its name alone.
   * @throws Error when no area has it
   */
  setting(name: string): unknown {
    if (!(name in this)) throw new Error(`No area has the setting ${name}`);
    return (this as unknown as Record<string, unknown>)[name];
  }

  area(namespace: string): object {
    return this.#values[namespace] ?? {};
  }

  /**
   * The same with some settings changed: the address of the embedded database, the limits of a test.
   * @throws Error when no area has such a setting
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

/** A configuration of which the settings `S` are known to the compiler. */
export type ConfigOf<S extends object> = Config & Readonly<S>;
