import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { EmbeddedConnection } from './connection.js';

/** The roles of deploy/sql/roles.sql: one owns the schema, and the other one only reads and writes rows. */
export const MIGRATION_ROLE = 'galley_migrator';
export const APP_ROLE = 'galley_app';

/**
 * Roles belong to the cluster and advisory locks to a database, so all processes lock in the same database. "roles"
 * in base 36.
 */
const LOCK = 46_497_124;
const LOCKED_IN = 'postgres';

const ROLES_SQL = new URL('../../../../deploy/sql/roles.sql', import.meta.url);

/** The passwords of the roles are derived from the administrator's password, so that one file contains all of them. */
export const passwordOf = (role: string, administrators: string): string =>
  Buffer.from(hkdfSync('sha256', administrators, '', `galley/embedded/${role}`, 32)).toString('base64url');

/**
 * Ensures that the database has both roles and that its schema belongs to the role that migrates, even if an
 * earlier release created everything as the administrator.
 */
export async function ensureRoles(administrator: EmbeddedConnection): Promise<void> {
  await inSession({ ...administrator, database: LOCKED_IN }, async (lock) => {
    await lock.query('SELECT pg_advisory_lock($1)', [LOCK]); // The lock ends with the session.
    await inSession(administrator, makeRoles);
  });
}

async function inSession(
  connection: EmbeddedConnection,
  work: (session: pg.Client) => Promise<void>,
): Promise<void> {
  const session = new pg.Client({ ...connection, ssl: false, application_name: 'galley roles' });
  await session.connect();
  try {
    await work(session);
  } finally {
    await session.end();
  }
}

async function makeRoles(session: pg.Client): Promise<void> {
  if (await isDone(session)) return;
  const password = session.password as string;
  for (const [setting, role] of [
    ['galley.migration_password', MIGRATION_ROLE],
    ['galley.app_password', APP_ROLE],
  ] as const)
    await session.query('SELECT set_config($1, $2, false)', [setting, passwordOf(role, password)]);
  await session.query(await readFile(ROLES_SQL, 'utf8'));
}

async function isDone(session: pg.Client): Promise<boolean> {
  const { rows } = await session.query<{ done: boolean }>(
    `SELECT n.nspowner = m.oid AND has_schema_privilege(a.oid, n.oid, 'USAGE') AS done
     FROM pg_namespace n, pg_roles m, pg_roles a
     WHERE n.nspname = 'public' AND m.rolname = $1 AND a.rolname = $2`,
    [MIGRATION_ROLE, APP_ROLE],
  );
  return rows[0]?.done === true;
}
