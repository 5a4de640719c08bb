import { hkdfSync } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import pg from 'pg';
import type { EmbeddedConnection } from './connection.js';

/** The roles of deploy/sql/roles.sql: one owns the schema, the other reads and writes rows alone. */
export const MIGRATION_ROLE = 'galley_migrator';
export const APP_ROLE = 'galley_app';

/** One lock for all databases of a cluster, because roles belong to the cluster: "roles" in base 36. */
const LOCK = 46_661_140;

const ROLES_SQL = new URL('../../../../deploy/sql/roles.sql', import.meta.url);

/** Made of the administrator's, so that one file still holds every password. */
export const passwordOf = (role: string, administrators: string): string =>
  Buffer.from(hkdfSync('sha256', administrators, '', `galley/embedded/${role}`, 32)).toString('base64url');

/**
 * Sees to it that the database has both roles and that its schema belongs to the one that migrates, also where an
 * earlier release made everything as the administrator.
 */
export async function ensureRoles(administrator: EmbeddedConnection): Promise<void> {
  const session = new pg.Client({ ...administrator, ssl: false, application_name: 'galley roles' });
  await session.connect();
  try {
    await session.query('SELECT pg_advisory_lock($1)', [LOCK]); // ends with the session
    if (await isDone(session)) return;
    for (const [setting, role] of [
      ['galley.migration_password', MIGRATION_ROLE],
      ['galley.app_password', APP_ROLE],
    ] as const)
      await session.query('SELECT set_config($1, $2, false)', [
        setting,
        passwordOf(role, administrator.password),
      ]);
    await session.query(await readFile(ROLES_SQL, 'utf8'));
  } finally {
    await session.end();
  }
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
