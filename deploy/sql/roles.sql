-- Creates two roles for one Galley database: one owns the schema and runs `galley migrate`,
-- and the other one can only access rows and runs the server. Run it as an administrator who
-- is connected to that database. You can run it repeatedly, also after you ran Galley with
-- one role: the tables then get a new owner.
--
--   PGOPTIONS="-c galley.migration_password=… -c galley.app_password=…" \
--     psql -v ON_ERROR_STOP=1 -f deploy/sql/roles.sql "$ADMIN_DATABASE_URL"
--
-- Settings, each a `-c galley.…`: migration_role (galley_migrator), app_role (galley_app),
-- migration_password, app_password: a password, or a SCRAM-SHA-256 verifier. Without it, a
-- new role has no password, and an existing role keeps its own. The log contains no passwords.
BEGIN;

DO $roles$
DECLARE
  owner text := coalesce(nullif(current_setting('galley.migration_role', true), ''), 'galley_migrator');
  app text := coalesce(nullif(current_setting('galley.app_role', true), ''), 'galley_app');
  role_name text;
  password text;
BEGIN
  IF owner = app THEN
    RAISE EXCEPTION 'galley.migration_role and galley.app_role are both %, but must be two different roles', owner;
  END IF;
  FOR role_name, password IN VALUES
    (owner, current_setting('galley.migration_password', true)),
    (app, current_setting('galley.app_password', true))
  LOOP
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = role_name) THEN
      EXECUTE format('CREATE ROLE %I LOGIN', role_name);
    END IF;
    IF EXISTS (SELECT FROM pg_roles WHERE rolname = role_name AND (rolsuper OR rolcreaterole OR rolcreatedb)) THEN
      RAISE EXCEPTION 'role % is an administrator, but must not have SUPERUSER, CREATEROLE or CREATEDB', role_name;
    END IF;
    IF password <> '' THEN
      EXECUTE format('ALTER ROLE %I PASSWORD %L', role_name, password);
    END IF;
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO %I', current_database(), role_name);
  END LOOP;
  IF pg_has_role(app, owner, 'MEMBER') THEN
    RAISE EXCEPTION 'role % is a member of %: it could change the schema', app, owner;
  END IF;
END
$roles$;

-- The migration role owns both schemas and their objects: `public`, and `pgboss` with the queue of jobs, which it could
-- not create by itself.
DO $ownership$
DECLARE
  owner text := coalesce(nullif(current_setting('galley.migration_role', true), ''), 'galley_migrator');
  of_galley text[] := ARRAY['public', 'pgboss'];
  schema_name text;
  relation record;
BEGIN
  IF NOT pg_has_role(owner, 'USAGE') THEN
    EXECUTE format('GRANT %I TO CURRENT_USER', owner); -- an administrator who is no superuser may not act for it
  END IF;
  EXECUTE format('GRANT CREATE ON DATABASE %I TO %I', current_database(), owner);
  FOREACH schema_name IN ARRAY of_galley LOOP
    EXECUTE format('CREATE SCHEMA IF NOT EXISTS %I', schema_name);
    IF (SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname = schema_name) <> quote_ident(owner) THEN
      EXECUTE format('ALTER SCHEMA %I OWNER TO %I', schema_name, owner);
    END IF;
  END LOOP;
  EXECUTE format('REVOKE CREATE ON DATABASE %I FROM %I', current_database(), owner);
  FOR relation IN
    SELECT c.oid::regclass AS name FROM pg_class c
    WHERE c.relnamespace::regnamespace::text = ANY(of_galley) AND c.relkind IN ('r', 'p', 'v', 'm')
      AND c.relowner::regrole::text <> quote_ident(owner)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('ALTER TABLE %s OWNER TO %I', relation.name, owner); -- its indexes and sequences follow
  END LOOP;
  FOR relation IN
    SELECT p.oid::regprocedure AS name FROM pg_proc p
    WHERE p.pronamespace::regnamespace::text = ANY(of_galley) AND p.proowner::regrole::text <> quote_ident(owner)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP
    EXECUTE format('ALTER ROUTINE %s OWNER TO %I', relation.name, owner);
  END LOOP;
  FOR relation IN
    SELECT t.oid::regtype AS name FROM pg_type t
    WHERE t.typnamespace::regnamespace::text = ANY(of_galley) AND t.typtype = 'e'
      AND t.typowner::regrole::text <> quote_ident(owner)
  LOOP
    EXECUTE format('ALTER TYPE %s OWNER TO %I', relation.name, owner);
  END LOOP;
END
$ownership$;

-- The app role reads and writes rows, also in tables that later migrations create.
DO $rights$
DECLARE
  owner text := coalesce(nullif(current_setting('galley.migration_role', true), ''), 'galley_migrator');
  app text := coalesce(nullif(current_setting('galley.app_role', true), ''), 'galley_app');
  schema_name text;
BEGIN
  REVOKE CREATE ON SCHEMA public FROM PUBLIC;
  EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
  FOREACH schema_name IN ARRAY ARRAY['public', 'pgboss'] LOOP
    EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %I', schema_name, app);
    EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %I', schema_name, app);
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO %I', schema_name, app);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA %I TO %I', schema_name, app);
    EXECUTE format('GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA %I TO %I', schema_name, app);
    EXECUTE format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO %I',
      owner, schema_name, app);
    EXECUTE format(
      'ALTER DEFAULT PRIVILEGES FOR ROLE %I IN SCHEMA %I GRANT USAGE, SELECT ON SEQUENCES TO %I',
      owner, schema_name, app);
  END LOOP;
  -- Nobody changes the audit log. galley migrate does the same for tables that it creates later.
  IF to_regprocedure('public.galley_audit_withhold()') IS NOT NULL THEN
    PERFORM public.galley_audit_withhold();
  END IF;
END
$rights$;

COMMIT;
