import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

export const MIGRATION_FILE = /^(\d{13})-([a-z0-9]+(?:-[a-z0-9]+)*)\.ts$/;

/** Not migrations, but what they import. */
const HELPERS = ['phase.ts', 'build-index.ts'];

/**
 * Every file in the folder `sources` with its class from `built` and the
 * statements that `up` sends, in the order of their times.
 */
export async function readMigrations(sources, built) {
  const files = readdirSync(sources)
    .filter((file) => file.endsWith('.ts') && !HELPERS.includes(file))
    .sort();
  return Promise.all(
    files.map(async (file) => {
      const source = readFileSync(join(sources, file), 'utf8');
      const path = resolve(built, file.replace(/\.ts$/, '.js'));
      if (!existsSync(path)) throw new Error(`${path} is missing: build first (npm run build)`);
      const classes = Object.values(await import(pathToFileURL(path).href));
      return { file, source, ...(await readClass(classes)) };
    }),
  );
}

/** What a migration's class says of itself; without a class, nothing. */
export async function readClass(classes) {
  if (classes.length !== 1 || typeof classes[0] !== 'function')
    return { classes: classes.length, statements: [] };
  const migration = new classes[0]();
  const { name, phase, completes, transaction } = migration;
  return {
    classes: 1,
    className: classes[0].name,
    name,
    phase,
    completes,
    transaction: transaction !== false,
    ...(await record(migration)),
  };
}

/** Runs `up` on a runner that writes down what it is asked and finds nothing in the database. */
async function record(migration) {
  const statements = [];
  const runner = new Proxy(
    {},
    {
      get(_target, property) {
        if (property === 'then') return undefined;
        if (property !== 'query')
          throw new Error(`it calls runner.${String(property)}: write SQL, by runner.query`);
        return (text, values = []) => {
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
    return { statements, unreadable: error.message };
  }
}
