import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** The database of a test file, which is cloned from the migrated template. */
export interface TestDatabase {
  url: string;
  /**
   * Runs one statement directly, to read data or to create what no route can create. It is run again after a
   * deadlock, as the product does it: a test that changes or empties whole tables takes their locks in another
   * order than the background work of the product.
   */
  query<T = Record<string, unknown>>(text: string, values?: unknown[]): Promise<T[]>;
  drop(): Promise<void>;
}

const server = (): URL => new URL(process.env.GALLEY_TEST_SERVER as string);

async function administer(statement: string): Promise<void> {
  const url = server();
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  await client.query(statement).finally(() => client.end());
}

async function afterDeadlocks<T>(statement: () => Promise<T>): Promise<T> {
  for (let run = 1; ; run++) {
    try {
      return await statement();
    } catch (error) {
      if (run === 3 || (error as pg.DatabaseError).code !== '40P01') throw error;
    }
  }
}

/** @param template use `template0` for a database without tables */
export async function createTestDatabase(template = 'template'): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const url = server();
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 4 });
  pool.on('error', () => undefined); // The database may be dropped before its last message arrives.
  return {
    url: url.href,
    query: async <T>(text: string, values: unknown[] = []) =>
      (await afterDeadlocks(() => pool.query(text, values))).rows as T[],
    drop: async () => {
      await pool.end();
      await administer(`DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}
