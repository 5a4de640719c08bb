import type { AnyArea, KnownSettings } from './area.js';
import type { Catalogue } from './catalogue.js';
import { Config } from './config.js';
import { type ConfigFault, InvalidConfig } from './config.errors.js';
import { fileFaults } from './config-file.js';
import { isProduction } from './process.settings.js';
import { configFileOf, type Variables } from './read-environment.js';
import { readValue } from './read-value.js';

/** The valid settings of each area, by namespace. */
type ParsedAreas = Map<AnyArea, Record<string, unknown>>;

/**
 * Parses the variables into the configuration.
 * @throws InvalidConfig with all faults at once: invalid values, aliases, and settings that production requires
 */
export function load(catalogue: Catalogue, variables: Variables): Config {
  const file = configFileOf(variables);
  const faults: ConfigFault[] = [];
  const parsed: ParsedAreas = new Map(
    catalogue.areas.map((area) => [area, parse(area, variables, catalogue, faults)]),
  );
  faults.push(...ruleFaults(parsed, faults));
  const ofFile = file ? fileFaults(file, catalogue) : [];
  const all = [...ofFile, ...faults.map((fault) => withOrigin(fault, file))];
  if (all.length > 0) throw new InvalidConfig(all);
  return completed(parsed);
}

/** @throws InvalidConfig if settings that were changed afterwards are not compatible */
export function checkRules({ areas }: Catalogue, config: Config): void {
  const faults = ruleFaults(
    new Map(areas.map((area) => [area, config.area(area.namespace) as Record<string, unknown>])),
  );
  if (faults.length > 0) throw new InvalidConfig(faults);
}

function parse(
  { definition }: AnyArea,
  variables: Variables,
  catalogue: Catalogue,
  faults: ConfigFault[],
): Record<string, unknown> {
  const parsed: Record<string, unknown> = {};
  for (const [name, schema] of Object.entries(definition.fields)) {
    const { variable, value, faults: unread } = readValue(name, catalogue.meta(name), variables);
    faults.push(...unread);
    const result = schema.safeParse(value);
    if (result.success) parsed[name] = result.data;
    else faults.push({ variable, message: result.error.issues[0]?.message ?? 'has an invalid value' });
  }
  return Object.assign(parsed, definition.compose?.(parsed));
}

/** A value that already has a fault is not reported again. */
function ruleFaults(parsed: ParsedAreas, already: ConfigFault[] = []): ConfigFault[] {
  const all = Object.assign({}, ...parsed.values()) as Partial<KnownSettings> & { NODE_ENV?: string };
  const known = { ...all, production: isProduction(all.NODE_ENV) };
  return [...parsed]
    .flatMap(([{ definition }, values]) => definition.faults?.(values, known) ?? [])
    .filter(({ variable }) => !already.some((fault) => fault.variable.startsWith(variable)));
}

function completed(parsed: ParsedAreas): Config {
  const known = Object.assign({}, ...parsed.values()) as Record<string, unknown>;
  const values: Record<string, object> = {};
  for (const [{ namespace, definition }, own] of parsed) {
    const follows = definition.complete?.(own, known as unknown as KnownSettings) as object | undefined;
    values[namespace] = { ...own, ...follows };
    Object.assign(known, values[namespace]);
  }
  return new Config(values);
}

/** Adds the file to a fault of a value that comes from CONFIG_FILE. Faults of the file itself already name it. */
function withOrigin(fault: ConfigFault, file: ReturnType<typeof configFileOf>): ConfigFault {
  if (file?.values[fault.variable] === undefined) return fault;
  return { ...fault, message: `${fault.message} (in ${file.path})` };
}
