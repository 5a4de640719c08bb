import { existsSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { MigrationInterface } from 'typeorm';

/** What every file in migrations/ holds: see `Expand` and `Contract` in migrations/phase.ts. */
export interface PhasedMigration extends MigrationInterface {
  readonly phase?: 'expand' | 'contract';
  /** Of a contract: the expand migration after which nothing uses any more what this one takes away. */
  readonly completes?: string;
}

type MigrationClass = new () => PhasedMigration;

/** Migrations stand above src/ in a checkout and inside dist/ in a build. */
const BUILT = new URL('../../migrations/', import.meta.url);
const FOLDER = existsSync(BUILT) ? BUILT : new URL('../../../migrations/', import.meta.url);

// Loaded here and not by TypeORM, which would import them in the first test file's environment for all.
const modules = await Promise.all(
  readdirSync(FOLDER)
    .filter((name) => /^\d+-[\w-]+\.[jt]s$/.test(name))
    .map((name) => import(fileURLToPath(new URL(name, FOLDER))) as Promise<Record<string, MigrationClass>>),
);

/** The classes of all migrations; TypeORM sorts them by the time in their names. */
export const migrationClasses = (): MigrationClass[] => modules.flatMap((module) => Object.values(module));

export const nameOf = (migration: MigrationInterface): string => migration.name ?? migration.constructor.name;

/** The JavaScript timestamp that every migration's name ends with. */
export const timeOf = (name: string): number => Number(name.slice(-13));
