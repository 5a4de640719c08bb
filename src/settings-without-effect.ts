/** Settings of earlier versions of this API that have no effect. */
const USELESS = naming('', ['WEATHER_API_KEY']);

/** Settings of features that Galley does not have. A warning tells users who set one of them. */
export const WITHOUT_EFFECT: Record<string, string> = {
  ...USELESS,
  ...naming('Galley uses only one database', [
    'DB_READ_REPLICAS',
    'DATABASE_REPLICA_URLS',
    'DB_READ_USER',
    'DB_READ_PASSWORD',
  ]),
  ...naming('Galley uses TLS for Redis if REDIS_URL begins with rediss://', ['REDIS_TLS']),
  ...naming('Galley does not store media', ['STORAGE_DRIVER', 'AWS_S3_BUCKET', 'UPLOAD_DIRECTORY']),
  ...naming('Galley does not fetch secrets from a cloud', ['GOOGLE_CLOUD_PROJECT']),
  ...naming('Galley writes its log only to standard output', [
    'SENTRY_DSN',
    'ELASTICSEARCH_URL',
    'ELASTICSEARCH_USERNAME',
    'ELASTICSEARCH_PASSWORD',
  ]),
  ...naming('Galley does not issue personal tokens', ['RATE_LIMIT_TOKEN_MAX']),
  ...naming('Galley does not make backups', ['BACKUP_DIR', 'RETENTION_DAYS']),
};

function naming(why: string, names: string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, why]));
}
