import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import '../src/app.module.js';
import { createTestDatabase, type TestDatabase } from './support/database.js';
import { startGalley } from './support/galley.js';
import { galley } from './support/migrations.js';

const ROLES_SQL = readFileSync('deploy/sql/roles.sql', 'utf8');
const suffix = randomBytes(4).toString('hex');
const OWNER = `owner_${suffix}`;
const APP = `app_${suffix}`;
const ADMIN = `admin_${suffix}`;
const PASSWORDS = { [OWNER]: `own'er ${suffix}`, [APP]: `a\\pp"${suffix}`, [ADMIN]: 'admin' };

const urlOf = (database: TestDatabase, role: string) => {
  const url = new URL(database.url);
  url.username = role;
  url.password = encodeURIComponent(PASSWORDS[role] as string);
  return url.href;
};

async function as<T = object>(url: string, statement: string, settings = ''): Promise<T[]> {
  const client = new pg.Client({ connectionString: url, options: settings });
  await client.connect();
  return client.query(statement).then(
    async ({ rows }) => {
      await client.end();
      return rows as T[];
    },
    async (error: unknown) => {
      await client.end();
      throw error;
    },
  );
}

/** A value of PGOPTIONS, in which spaces and backslashes are escaped. */
const option = (name: string, value: string) => `-c galley.${name}=${value.replace(/[\\ ]/g, '\\$&')}`;
const SETTINGS = [
  option('migration_role', OWNER),
  option('app_role', APP),
  option('migration_password', PASSWORDS[OWNER] as string),
  option('app_password', PASSWORDS[APP] as string),
].join(' ');

const makeRoles = (url: string, settings = SETTINGS) => as(url, ROLES_SQL, settings);

let keeper: TestDatabase;
let database: TestDatabase;
beforeAll(async () => {
  keeper = await createTestDatabase('template0');
  await keeper.query(`CREATE ROLE ${ADMIN} LOGIN CREATEROLE PASSWORD 'admin'`);
});
beforeEach(async () => {
  database = await createTestDatabase('template0');
});
afterEach(() => database.drop());
afterAll(async () => {
  await keeper.query(`DROP ROLE IF EXISTS ${APP}`);
  await keeper.query(`DROP ROLE IF EXISTS ${OWNER}`);
  await keeper.query(`DROP ROLE ${ADMIN}`);
  await keeper.drop();
});

const migrated = async () => {
  const command = galley(['migrate'], {
    DATABASE_URL: urlOf(database, APP),
    DATABASE_MIGRATION_URL: urlOf(database, OWNER),
  });
  return { code: await command.ended, stderr: command.stderr() };
};

describe('deploy/sql/roles.sql', () => {
  it('lets the server write rows as one role and migrations change the schema as another', async () => {
    await makeRoles(database.url);
    expect(await migrated()).toEqual({ code: 0, stderr: '' });
    await makeRoles(database.url); // Once more, with a schema that already exists.

    const app = await startGalley({ DATABASE_URL: urlOf(database, APP) }, database);
    try {
      await app.anyone.get('/health/ready').expect(200);
      const author = await app.aUser({ role: 'author' });
      const { body } = await app
        .as(author)
        .post('/api/v1/posts', { title: 'By the app role', body: 'text' })
        .expect(201);
      await app.as(author).patch(`/api/v1/posts/${body.id}`, { title: 'Changed' }).expect(200);
      await app.as(author).delete(`/api/v1/posts/${body.id}`).expect(204);
      // Only its functions delete entries and remove personal data.
      await as(
        urlOf(database, APP),
        `SELECT galley_audit_purge(90, 500), galley_audit_erase('${author.id}')`,
      );
    } finally {
      await app.stop();
    }
    for (const name of ['galley_audit_purge(integer, integer)', 'galley_audit_erase(uuid)'])
      expect(
        await database.query(`SELECT has_function_privilege('public', '${name}', 'EXECUTE') AS anyone`),
      ).toEqual([{ anyone: false }]);

    // A grant by mistake does not help, because the triggers check the role, too.
    await database.query(`GRANT UPDATE ON audit_seals TO ${APP}`);
    const pretended = `SET galley.audit_upkeep = 'on'; UPDATE audit_seals SET position = 0`;
    await expect(as(urlOf(database, APP), pretended)).rejects.toThrow('can be added, but not changed');
    await makeRoles(database.url);

    for (const statement of [
      'CREATE TABLE mine (id int)',
      'CREATE TEMPORARY TABLE mine (id int)',
      'CREATE SCHEMA mine',
      'CREATE INDEX mine ON posts (title)',
      'DROP TABLE posts',
      'ALTER TABLE posts ADD COLUMN mine int',
      'TRUNCATE posts',
      `UPDATE audit_entries SET action = 'x'`,
      'DELETE FROM audit_entries',
      'TRUNCATE audit_entries',
      'UPDATE audit_seals SET position = 0',
      'DELETE FROM audit_seals',
      `SET ROLE ${OWNER}`,
      'GRANT SELECT ON posts TO PUBLIC WITH GRANT OPTION',
    ])
      await expect(as(urlOf(database, APP), statement)).rejects.toThrow(
        /permission denied|must be owner|can only be/,
      );
  });

  it('covers the tables of later migrations', async () => {
    await makeRoles(database.url);
    await as(urlOf(database, OWNER), 'CREATE TABLE later (id int GENERATED ALWAYS AS IDENTITY, note text)');
    await as(urlOf(database, APP), `INSERT INTO later (note) VALUES ('x')`);
    await as(urlOf(database, APP), `UPDATE later SET note = 'y'`);
    expect(await as(urlOf(database, APP), 'DELETE FROM later RETURNING id, note')).toEqual([
      { id: 1, note: 'y' },
    ]);
    await expect(as(urlOf(database, APP), 'DROP TABLE later')).rejects.toThrow('must be owner');
  });

  it('takes over a database that ran with one role', async () => {
    expect(await galley(['migrate'], { DATABASE_URL: database.url }).ended).toBe(0);
    await makeRoles(database.url);
    const strangers = await database.query(
      `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relowner <> '${OWNER}'::regrole`,
    );
    expect(strangers).toEqual([]);
    const routines = await database.query(
      `SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND proowner <> '${OWNER}'::regrole`,
    );
    expect(routines).toEqual([]);
    await as(urlOf(database, OWNER), 'ALTER TABLE posts ADD COLUMN later int');
    expect(await as(urlOf(database, APP), 'SELECT later FROM posts')).toEqual([]);
  });

  it('needs no superuser: an administrator who owns the database is enough', async () => {
    await database.query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} OWNER TO ${ADMIN}`);
    const roles = [`o2_${suffix}`, `a2_${suffix}`] as const;
    const settings = [option('migration_role', roles[0]), option('app_role', roles[1])].join(' ');
    try {
      await makeRoles(urlOf(database, ADMIN), settings);
      await makeRoles(urlOf(database, ADMIN), settings);
      expect(
        await database.query(
          `SELECT nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname = 'public'`,
        ),
      ).toEqual([{ owner: roles[0] }]);
    } finally {
      const made = await database.query<{ name: string }>(
        `SELECT rolname AS name FROM pg_roles WHERE rolname IN ('${roles.join("', '")}')`,
      );
      for (const { name } of made) await database.query(`DROP OWNED BY ${name} CASCADE; DROP ROLE ${name}`);
    }
  });

  it('refuses one role for both, and an administrator as either', async () => {
    const same = [option('migration_role', APP), option('app_role', APP)].join(' ');
    await expect(makeRoles(database.url, same)).rejects.toThrow('must be two different roles');
    const admin = [option('migration_role', OWNER), option('app_role', ADMIN)].join(' ');
    await expect(makeRoles(database.url, admin)).rejects.toThrow(`role ${ADMIN} is an administrator`);
  });
});
