import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MigrationInterface } from 'typeorm';

/** The type of the class in each file of migrations/. See `Expand` and `Contract` in migrations/phase.ts. */
export interface PhasedMigration extends MigrationInterface {
  readonly phase?: 'expand' | 'contract';
  /** For a contract migration: the expand migration since which nothing uses what this one removes. */
  readonly completes?: string;
}

type MigrationClass = new () => PhasedMigration;

/** In a checkout, migrations/ is beside src/. In a build, it is inside dist/. */
const BUILT = new URL('../../migrations/', import.meta.url);
const FOLDER = existsSync(BUILT) ? BUILT : new URL('../../../migrations/', import.meta.url);

/**
 * Returns the classes of all migrations. TypeORM sorts them by the time in their names. They are loaded here, because
 * TypeORM would load them in the environment of the first test file for all tests.
 */
export async function migrationClasses(): Promise<MigrationClass[]> {
  const names = readdirSync(FOLDER).filter((name) => /^\d+-[\w-]+\.[jt]s$/.test(name));
  const modules = await Promise.all(
    names.map(
      (name) => import(fileURLToPath(new URL(name, FOLDER))) as Promise<Record<string, MigrationClass>>,
    ),
  );
  return modules.flatMap((module) => Object.values(module));
}

export const nameOf = (migration: MigrationInterface): string => migration.name ?? migration.constructor.name;
