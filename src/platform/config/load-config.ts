import { readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { Config, type Settings } from './config.js';
import { type ConfigFault, InvalidConfig } from './config.errors.js';
import type { ConfigFile } from './config-file.js';
import { developmentSecrets } from './development-secrets.js';
import { expensiveShareFaults } from './expensive-shares.js';
import { ENVIRONMENT, type Environment, type SettingName, settingMeta } from './environment.schema.js';
import { productionFaults } from './production-rules.js';
import { configFileOf, type Variables } from './read-environment.js';

/**
 * Parses the variables into the configuration.
 * @throws InvalidConfig with every fault at once: wrong values, aliases, what production lacks
 */
export function loadConfig(variables: Variables): Config {
  const file = configFileOf(variables);
  const faults: ConfigFault[] = [...(file?.faults ?? [])];
  const parsed: Parsed = {};
  for (const name of Object.keys(ENVIRONMENT) as SettingName[]) {
    faults.push(...aliasFaults(name, variables));
    const result = ENVIRONMENT[name].safeParse(readValue(name, variables, faults));
    if (result.success) Object.assign(parsed, { [name]: result.data });
    else faults.push({ variable: name, message: result.error.issues[0]?.message ?? 'is not valid' });
  }
  composeUrls(parsed);
  faults.push(...poolFaults(parsed), ...expensiveShareFaults(parsed), ...sessionFaults(parsed));
  if (isProduction(parsed.NODE_ENV)) faults.push(...productionFaults(parsed, faults));
  if (faults.length > 0) throw new InvalidConfig(faults.map((fault) => withOrigin(fault, file)));
  return new Config(complete(parsed as Environment));
}

/** A fault of a value that stands in CONFIG_FILE says so; those of the file itself name it already. */
function withOrigin(fault: ConfigFault, file: ConfigFile | undefined): ConfigFault {
  if (file?.values[fault.variable] === undefined) return fault;
  return { ...fault, message: `${fault.message} (in ${file.path})` };
}

type Parsed = { -readonly [Name in SettingName]?: Environment[Name] };

/** The version of package.json, which stands as far above src/ as above dist/. */
const packageVersion = (): string =>
  (JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

export const isProduction = (environment?: string): boolean =>
  environment === 'production' || environment === 'staging';

function aliasFaults(name: SettingName, variables: Variables): ConfigFault[] {
  const renamed = (settingMeta(name).aliases ?? []).flatMap((alias) => [
    [alias, name],
    [`${alias}_FILE`, `${name}_FILE`],
  ]);
  return renamed
    .filter(([alias]) => variables[alias as string] !== undefined)
    .map(([alias, ours]) => ({ variable: alias as string, message: `is called ${ours} here: rename it` }));
}

function readValue(name: SettingName, variables: Variables, faults: ConfigFault[]): string | undefined {
  const path = settingMeta(name).secret ? variables[`${name}_FILE`] : undefined;
  if (path === undefined) return variables[name];
  if (variables[name] !== undefined) {
    faults.push({ variable: name, message: `and ${name}_FILE are both set: keep one` });
    return variables[name];
  }
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '') || undefined;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    faults.push({
      variable: `${name}_FILE`,
      message: `names a file that cannot be read: ${path} (${reason})`,
    });
    return undefined;
  }
}

function composeUrls(parsed: Parsed): void {
  if (!parsed.DATABASE_URL && parsed.DB_HOST) {
    const url = new URL(`postgresql://${parsed.DB_HOST}:${parsed.DB_PORT}/${parsed.DB_NAME}`);
    url.username = encodeURIComponent(parsed.DB_USERNAME ?? '');
    url.password = encodeURIComponent(parsed.DB_PASSWORD ?? '');
    parsed.DATABASE_URL = url.href;
  }
  if (!parsed.REDIS_URL && parsed.REDIS_HOST) {
    const url = new URL(`redis://${parsed.REDIS_HOST}:${parsed.REDIS_PORT}`);
    url.password = encodeURIComponent(parsed.REDIS_PASSWORD ?? '');
    parsed.REDIS_URL = url.href;
  }
}

function poolFaults({ DATABASE_POOL_MIN: min, DATABASE_POOL_MAX: max }: Partial<Environment>): ConfigFault[] {
  if (min === undefined || max === undefined || min <= max) return [];
  return [{ variable: 'DATABASE_POOL_MIN', message: `is ${min}, above DATABASE_POOL_MAX (${max})` }];
}

/** Only a refresh counts as use: a shorter limit would end sessions that are at work. */
function sessionFaults({ SESSION_TIMEOUT: idle, JWT_EXPIRES_IN: life }: Partial<Environment>): ConfigFault[] {
  if (idle === undefined || life === undefined || idle > life) return [];
  return [{ variable: 'SESSION_TIMEOUT', message: `is ${idle} s: must be above JWT_EXPIRES_IN (${life} s)` }];
}

function complete(parsed: Environment): Settings {
  const production = isProduction(parsed.NODE_ENV);
  const embedded = !production && parsed.DATABASE_URL === undefined;
  const dataDir = isAbsolute(parsed.GALLEY_DATA_DIR)
    ? parsed.GALLEY_DATA_DIR
    : resolve(parsed.GALLEY_DATA_DIR);
  const generated =
    production || (parsed.JWT_SECRET && parsed.JWT_REFRESH_SECRET) ? undefined : developmentSecrets(dataDir);
  return {
    ...parsed,
    GALLEY_DATA_DIR: dataDir,
    APP_VERSION: parsed.APP_VERSION ?? packageVersion(),
    HOST: parsed.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
    DATABASE_SSL_MODE:
      parsed.DATABASE_SSL_MODE ?? (production && !databasesAreLocal(parsed) ? 'verify-full' : 'disable'),
    JWT_SECRET: parsed.JWT_SECRET ?? (generated?.JWT_SECRET as string),
    JWT_REFRESH_SECRET: parsed.JWT_REFRESH_SECRET ?? (generated?.JWT_REFRESH_SECRET as string),
    REGISTRATION: parsed.REGISTRATION ?? (production ? 'invite' : 'open'),
    REGISTRATION_ROLE: parsed.REGISTRATION_ROLE ?? (production ? 'user' : 'author'),
    SHUTDOWN_DELAY_MS: parsed.SHUTDOWN_DELAY_MS ?? (production ? 5000 : 0),
    production,
    embedded,
  };
}

/** One mode for both: a pooler on loopback does not make the way to the server behind it safe. */
const databasesAreLocal = (parsed: Environment): boolean =>
  isLocal(parsed.DATABASE_URL) && isLocal(parsed.DATABASE_MIGRATION_URL);

/** Loopback or a Unix socket: nothing between the two ends that could read along. */
export function isLocal(url: string | undefined): boolean {
  if (!url) return true;
  const { hostname, searchParams } = new URL(url);
  const host = searchParams.get('host') ?? decodeURIComponent(hostname);
  return (
    host === '' || host.startsWith('/') || host === 'localhost' || host === '[::1]' || host.startsWith('127.')
  );
}
