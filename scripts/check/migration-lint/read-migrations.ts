import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../../tools/failures.ts';

/** A statement that `up` sends. */
export interface Recorded {
  text: string;
  values: unknown[];
}

/** The declarations of the class of a migration. Any of them can be absent or invalid. */
export interface Declared {
  /** The number of values that its file exports, which must be 1. */
  classes: number;
  className?: string;
  name?: string;
  phase?: string;
  completes?: string;
  transaction?: boolean;
  statements: Recorded[];
  /** The reason why `up` could not be executed completely. */
  unreadable?: string;
}

export interface MigrationFile extends Declared {
  file: string;
  source: string;
}

interface Migration {
  name?: string;
  phase?: string;
  completes?: string;
  transaction?: boolean;
  up: (runner: object) => Promise<void>;
}

export const MIGRATION_FILE = /^(\d{13})-([a-z0-9]+(?:-[a-z0-9]+)*)\.ts$/;

/** Files that migrations import. */
const HELPERS = ['phase.ts', 'build-index.ts', 'job-queue.ts'];

/**
 * Returns all files in the folder `sources` with their class from `built` and the statements that `up` sends, in
 * the order of their times.
 */
export async function readMigrations(sources: string, built: string): Promise<MigrationFile[]> {
  const files = readdirSync(sources)
    .filter((file) => file.endsWith('.ts') && !HELPERS.includes(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const source = readFileSync(join(sources, file), 'utf8');
      const path = resolve(built, file.replace(/\.ts$/, '.js'));
      if (!existsSync(path)) throw new Error(`${path} is missing. Run npm run build first`);
      const exported = (await import(pathToFileURL(path).href)) as object;
      const classes = Object.values(exported) as unknown[];
      return { file, source, ...(await readClass(classes)) };
    }),
  );
}

/** Returns the declarations of the class of a migration, or nothing without a class. */
export async function readClass(classes: unknown[]): Promise<Declared> {
  const [Class] = classes;
  if (classes.length !== 1 || !isMigrationClass(Class)) return { classes: classes.length, statements: [] };
  const migration = new Class();
  const { name, phase, completes, transaction } = migration;
  return {
    classes: 1,
    className: Class.name,
    name,
    phase,
    completes,
    transaction: transaction !== false,
    ...(await record(migration)),
  };
}

const isMigrationClass = (value: unknown): value is new () => Migration => typeof value === 'function';

/** Runs `up` with a runner that records all calls and finds nothing in the database. */
async function record(migration: Migration): Promise<Pick<Declared, 'statements' | 'unreadable'>> {
  const statements: Recorded[] = [];
  const runner = new Proxy(
    {},
    {
      get(_target, property) {
        if (property === 'then') return undefined;
        if (property !== 'query')
          throw new Error(`it calls runner.${String(property)}. Write SQL with runner.query`);
        return (text: string, values: unknown[] = []) => {
          statements.push({ text, values });
          return Promise.resolve([]);
        };
      },
    },
  );
  try {
    await migration.up(runner);
    return { statements };
  } catch (error) {
    return { statements, unreadable: messageOf(error) };
  }
}
