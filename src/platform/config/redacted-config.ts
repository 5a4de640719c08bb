import type { KnownSettings } from './area.js';
import type { Catalogue } from './catalogue.js';
import type { Config } from './config.js';
import { mistakes } from './other-names.js';
import type { Variables } from './read-environment.js';

const SECRET_PARAMETER = /pass|pwd|secret|token|key/i;

/** Formats a value without its secrets: a URL without its passwords, and any other secret as `***`. */
function shown(name: string, value: unknown, secret?: boolean): string {
  if (value === undefined) return '';
  const text = Array.isArray(value) ? value.join(',') : JSON.stringify(value).replace(/^"|"$/g, '');
  if (!secret) return text;
  // A password such as `pass:word` is a URL as well.
  return name.endsWith('_URL') && URL.canParse(text) ? withoutPasswords(new URL(text)) : '***';
}

function withoutPasswords(url: URL): string {
  if (url.password) url.password = '***';
  for (const parameter of new Set(url.searchParams.keys()))
    if (SECRET_PARAMETER.test(parameter)) url.searchParams.set(parameter, '***');
  return url.href;
}

/** The configuration without secrets, for users and logs. */
export function redacted(catalogue: Catalogue, config: Config, variables: Variables) {
  const values = config as unknown as Record<string, unknown>;
  const settings = catalogue.names.map((name) => [
    name,
    shown(name, values[name], catalogue.meta(name).secret),
  ]);
  return {
    settings: Object.fromEntries(settings) as Record<string, string>,
    warnings: warnings(catalogue, config, variables),
  };
}

/** Warnings for each start about settings that are valid but may not be intended. */
export const warnings = (catalogue: Catalogue, config: Config, variables: Variables): string[] => [
  ...mistakes(catalogue, variables).map(({ variable, message }) => `${variable} ${message}`),
  ...catalogue.areas.flatMap(
    ({ namespace, definition }) =>
      definition.warnings?.(config.area(namespace), config as unknown as KnownSettings) ?? [],
  ),
];
