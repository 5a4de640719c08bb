import { distance } from 'fastest-levenshtein';
import { ENVIRONMENT, type SettingName, settingMeta } from './environment.schema.js';

/** Read by predecessors of this API and of no use here. */
const USELESS = ['WEATHER_API_KEY'];

/** Settings of parts that Galley does not have: whoever sets one must not believe that it works. */
const WITHOUT_EFFECT: Record<string, string> = {
  ...naming('Galley reads from one database only', [
    'DB_READ_REPLICAS',
    'DATABASE_REPLICA_URLS',
    'DB_READ_USER',
    'DB_READ_PASSWORD',
  ]),
  ...naming('Galley speaks TLS to Redis when REDIS_URL begins with rediss://', ['REDIS_TLS']),
  ...naming('Galley does not encrypt single values', ['ENCRYPTION_KEY']),
  ...naming('Galley does not send mail', [
    'EMAIL_SERVICE',
    'EMAIL_TRANSPORT',
    'EMAIL_API_KEY',
    'EMAIL_SERVICE_URL',
    'EMAIL_SMTP_HOST',
    'EMAIL_SMTP_PORT',
    'EMAIL_SMTP_USER',
    'EMAIL_SMTP_PASS',
  ]),
  ...naming('Galley does not store media', ['STORAGE_DRIVER', 'AWS_S3_BUCKET', 'UPLOAD_DIRECTORY']),
  ...naming('Galley does not fetch secrets from a cloud', ['GOOGLE_CLOUD_PROJECT']),
  ...naming('Galley writes its log to standard output and sends it nowhere', [
    'SENTRY_DSN',
    'ELASTICSEARCH_URL',
    'ELASTICSEARCH_USERNAME',
    'ELASTICSEARCH_PASSWORD',
  ]),
  ...naming('Galley calls no other services', ['SERVICE_TOKEN']),
  ...naming('Galley does not issue personal tokens', ['RATE_LIMIT_TOKEN_MAX']),
  ...naming('Galley does not make backups', ['BACKUP_DIR', 'RETENTION_DAYS']),
};

function naming(why: string, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]));
}

const SETTINGS = Object.keys(ENVIRONMENT) as SettingName[];

/** Names that mean something here although they are not ours: CONFIG_FILE may hold them too. */
export const OTHER_KNOWN_NAMES = [...USELESS, ...Object.keys(WITHOUT_EFFECT)];

const withFiles = (names: string[]) => names.flatMap((name) => [name, `${name}_FILE`]);
const KNOWN = new Set(
  withFiles([
    ...SETTINGS.flatMap((name) => [name, ...(settingMeta(name).aliases ?? [])]),
    ...OTHER_KNOWN_NAMES,
  ]),
);

/** So many letters may differ: none in short names, because HOST, POST and PORT are all honest ones. */
const tolerance = (name: string): number => (name.length < 6 ? 0 : name.length < 10 ? 1 : 2);

const lettersOf = (name: string) => name.toUpperCase().replace(/[^A-Z0-9]/g, '');

/** The setting that a variable's name was probably meant to be. */
function meantBy(variable: string): string | undefined {
  const letters = lettersOf(variable);
  return withFiles(SETTINGS)
    .map((name) => ({ name, away: distance(letters, lettersOf(name)), most: tolerance(name) }))
    .filter(({ away, most }) => away <= most)
    .sort((a, b) => a.away - b.away)[0]?.name;
}

/** A variable that is set and does nothing, and a sentence about it. */
export interface Mistake {
  variable: string;
  message: string;
}

/** Variables that are set in the belief that Galley reads them: misspelt ones, and those of parts that it does not have. */
export function mistakenNames(variables: Record<string, string | undefined>): Mistake[] {
  return Object.keys(variables).flatMap((variable): Mistake[] => {
    if (variables[variable] === undefined) return [];
    if (USELESS.includes(variable)) return [{ variable, message: 'is set and has no effect' }];
    const why = WITHOUT_EFFECT[variable.replace(/_FILE$/, '')];
    if (why) return [{ variable, message: `is set and has no effect: ${why}` }];
    if (KNOWN.has(variable)) return [];
    const meant = meantBy(variable);
    return meant ? [{ variable, message: `is not a setting. Did you mean ${meant}?` }] : [];
  });
}
