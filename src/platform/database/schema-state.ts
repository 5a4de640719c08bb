import sql, { type Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { nameOf } from './migration-classes.js';
import { timeOf } from './migration-time.js';
import type { Queryable } from './queryable.js';

/**
 * Compares the migrations of a database with those of this code. It is the JSON of `galley migrate:check`, so its
 * format must not change.
 */
export interface SchemaState {
  /**
   * `equal`: both are the same. `ahead`: the database has migrations that this code does not know, which is normal
   * while two releases overlap. `behind`: migrations of this code are missing. `below-floor`: a contract migration
   * removed what this code requires.
   */
  status: 'equal' | 'ahead' | 'behind' | 'below-floor';
  /** The newest expand migration that the code must know, or null if no contract migration was applied. */
  floor: string | null;
  newestKnown: string | null;
  newestApplied: string | null;
  /** The migrations of this code that are not applied. */
  missing: string[];
  /** The applied migrations that this code does not know. */
  unknown: string[];
}

/** Tells whether this code can run on that database. */
export const fits = ({ status }: SchemaState): boolean => status === 'equal' || status === 'ahead';

/** Like `readSchemaState`, with a data source and the migrations of this code. */
export function schemaStateOf(source: DataSource): Promise<SchemaState> {
  const database = {
    query: <T>({ text, values }: Sql) => source.query<T[]>(text, values),
  };
  return readSchemaState(database, source.migrations.map(nameOf));
}

/** Reads the applied migrations and compares them with those of this code. */
export async function readSchemaState(database: Queryable, known: string[]): Promise<SchemaState> {
  const [tables] = await database.query<{ migrations: boolean; floors: boolean }>(sql`
    SELECT to_regclass('migrations') IS NOT NULL AS migrations,
           to_regclass('schema_floors') IS NOT NULL AS floors`);
  const applied = tables?.migrations
    ? await database.query<{ name: string }>(sql`SELECT name FROM migrations`)
    : [];
  const floors = tables?.floors
    ? await database.query<{ name: string }>(sql`SELECT migration AS name FROM schema_floors`)
    : [];
  return compareSchema(known, applied.map(nameColumn), floors.map(nameColumn));
}

const nameColumn = (row: { name: string }) => row.name;

export function compareSchema(known: string[], applied: string[], floors: string[]): SchemaState {
  const missing = inOrder(known.filter((name) => !applied.includes(name)));
  const unknown = inOrder(applied.filter((name) => !known.includes(name)));
  return {
    status: statusOf(missing, unknown, !floors.every((name) => known.includes(name))),
    floor: newest(floors),
    newestKnown: newest(known),
    newestApplied: newest(applied),
    missing,
    unknown,
  };
}

function statusOf(missing: string[], unknown: string[], belowFloor: boolean): SchemaState['status'] {
  if (belowFloor) return 'below-floor';
  if (missing.length > 0) return 'behind';
  return unknown.length > 0 ? 'ahead' : 'equal';
}

const inOrder = (names: string[]) => names.toSorted((a, b) => timeOf(a) - timeOf(b));
const newest = (names: string[]) => inOrder(names).at(-1) ?? null;
