import type { Config } from './config.js';
import { ENVIRONMENT, IGNORED, type SettingName, settingMeta } from './environment.schema.js';
import { isLocal } from './load-config.js';
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
export function configWarnings(config: Config, variables: Variables): string[] {
  const warnings = IGNORED.filter((name) => variables[name] !== undefined).map(
    (name) => `${name} is set and has no use here`,
  );
  if (
    config.production &&
    config.DATABASE_SSL_MODE === 'disable' &&
    ![config.DATABASE_URL, config.DATABASE_MIGRATION_URL].every(isLocal)
  ) {
    warnings.push('DATABASE_SSL_MODE=disable: what the database sends and gets can be read on the way');
  }
  return warnings;
}
