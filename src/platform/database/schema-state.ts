import sql, { type Sql } from 'sql-template-tag';
import type { DataSource } from 'typeorm';
import { nameOf, timeOf } from './migration-classes.js';
import type { Queryable } from './queryable.js';

/** How a database stands to this code. The JSON of `galley migrate:check`: keep it stable. */
export interface SchemaState {
  /**
   * `equal`; `ahead`: it has migrations that this code does not know, which is
   * fine, releases overlap; `behind`: some of this code's are missing; `below-floor`:
   * a contract migration took away what this code needs.
   */
  status: 'equal' | 'ahead' | 'behind' | 'below-floor';
  /** The newest expand migration that code must know; null while none was completed. */
  floor: string | null;
  newestKnown: string | null;
  newestApplied: string | null;
  /** Known to this code and not applied. */
  missing: string[];
  /** Applied and not known to this code. */
  unknown: string[];
}

/** May this code run on that database? */
export const fits = ({ status }: SchemaState): boolean => status === 'equal' || status === 'ahead';

/** As `readSchemaState`, through a data source, for the migrations of this code. */
export function schemaStateOf(source: DataSource): Promise<SchemaState> {
  const database = {
    query: <T>({ text, values }: Sql) => source.query<T[]>(text, values),
  };
  return readSchemaState(database, source.migrations.map(nameOf));
}

/** Reads what the database says of itself and compares it with the migrations of this code. */
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
