import type { AnyArea, KnownSettings } from './area.js';
import type { Catalogue } from './catalogue.js';
import { Config } from './config.js';
import { type ConfigFault, InvalidConfig } from './config.errors.js';
import { fileFaults } from './config-file.js';
import { isProduction } from './process.settings.js';
import { configFileOf, type Variables } from './read-environment.js';
import { readValue } from './read-value.js';

/** By namespace, what was well-formed. */
type ParsedAreas = Map<AnyArea, Record<string, unknown>>;

/**
 * Parses the variables into the configuration.
 * @throws InvalidConfig with every fault at once: wrong values, aliases, what production lacks
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

/** @throws InvalidConfig when settings that were changed since do not go together */
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
    const { value, faults: unread } = readValue(name, catalogue.meta(name), variables);
    faults.push(...unread);
    const result = schema.safeParse(value);
    if (result.success) parsed[name] = result.data;
    else faults.push({ variable: name, message: result.error.issues[0]?.message ?? 'has an invalid value' });
  }
  return Object.assign(parsed, definition.compose?.(parsed));
}

/** What is wrong with a value already is not told twice. */
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

/** A fault of a value that stands in CONFIG_FILE says so; those of the file itself name it already. */
function withOrigin(fault: ConfigFault, file: ReturnType<typeof configFileOf>): ConfigFault {
  if (file?.values[fault.variable] === undefined) return fault;
  return { ...fault, message: `${fault.message} (in ${file.path})` };
}
