import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Migrations stand above src/ in a checkout and inside dist/ in a build. */
export function migrationFiles(): string[] {
  const built = fileURLToPath(new URL('../../migrations/', import.meta.url));
  if (existsSync(built)) return [`${built}*.js`];
  return [fileURLToPath(new URL('../../../migrations/*.ts', import.meta.url))];
}
