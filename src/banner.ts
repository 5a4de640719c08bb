import type { AppConfig } from './settings.js';
import type { EmbeddedPostgres } from './platform/database/embedded/embedded-postgres.js';
import { API_PATH } from './platform/http/routes/api-path.js';

/** The next steps for a user who has just started Galley on a terminal. */
export function banner(url: string, config: AppConfig, embedded: EmbeddedPostgres | undefined): string {
  const base = url
    .replace('0.0.0.0', 'localhost')
    .replace('[::1]', 'localhost')
    .replace('127.0.0.1', 'localhost');
  const data = embedded
    ? `${embedded.location}${embedded.relocated ? ' (the database account cannot reach the data folder)' : ''}`
    : 'DATABASE_URL';
  const lines = [
    ['Galley', `${config.APP_VERSION}, ready`],
    ['Home', `${base}/`],
    ['API', base + API_PATH],
    ['Docs', config.DOCS_ENABLED ? `${base}/docs` : 'off (DOCS_ENABLED)'],
    ['Data', data],
    ['Admin', 'npm run galley -- user:create --email you@example.com --role admin'],
    ['Import', 'npm run galley -- import export.xml'],
    ['Stop', 'Ctrl-C'],
  ];
  return `\n${lines.map(([name = '', value = '']) => `  ${name.padEnd(7)} ${value}`).join('\n')}\n\n`;
}
