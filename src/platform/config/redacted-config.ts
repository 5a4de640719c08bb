import type { Config } from './config.js';
import { ENVIRONMENT, type SettingName, settingMeta } from './environment.schema.js';
import { isLocal } from './load-config.js';
import { mistakenNames } from './other-names.js';
import type { Variables } from './read-environment.js';

/** What may be shown of a value: of a URL all but its password, of any other secret nothing. */
function shown(name: SettingName, value: unknown): string {
  if (value === undefined) return '';
  const text = Array.isArray(value) ? value.join(',') : JSON.stringify(value).replace(/^"|"$/g, '');
  if (!settingMeta(name).secret) return text;
  if (!URL.canParse(text)) return '***';
  const url = new URL(text);
  if (url.password) url.password = '***';
  return url.href;
}

/** The configuration as people and logs may see it. */
export function redactedConfig(config: Config, variables: Variables) {
  const names = Object.keys(ENVIRONMENT) as SettingName[];
  return {
    settings: Object.fromEntries(names.map((name) => [name, shown(name, config[name])])),
    warnings: configWarnings(config, variables),
  };
}

/** What is allowed and should still be known at every start. */
export const configWarnings = (config: Config, variables: Variables): string[] => [
  ...mistakenNames(variables).map(({ variable, message }) => `${variable} ${message}`),
  ...linkWarnings(config),
];

function linkWarnings({ production, DATABASE_SSL_MODE: mode, ...config }: Config): string[] {
  const remote = ![config.DATABASE_URL, config.DATABASE_MIGRATION_URL].every(isLocal);
  if (!production || !remote) return [];
  if (mode === 'disable')
    return ['DATABASE_SSL_MODE=disable: the link to the database is not encrypted, and others may read it'];
  if (mode === 'require')
    return [
      "DATABASE_SSL_MODE=require: the link is encrypted, but the server's identity is not verified. Use verify-full, with DATABASE_SSL_CA for a private authority",
    ];
  return [];
}
