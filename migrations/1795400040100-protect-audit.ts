import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The number of days for which no right and no setting deletes an entry. */
const LEAST_DAYS = 90;

const KEPT = ['audit_entries', 'audit_seals'];

/**
 * Entries and seals can be added and read, but not changed or removed. Two functions of the owner are the exceptions:
 * one deletes entries after their time, the other one removes the personal data of an account. They run with the
 * rights of the owner and set a parameter, both of which the triggers check. In a deployment with one role,
 * that role is the owner, so there the triggers protect from mistakes, and the chain shows what somebody did on purpose.
 */
export class ProtectAudit1795400040100 implements Expand {
  readonly name = 'ProtectAudit1795400040100';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE FUNCTION galley_audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF current_setting('galley.audit_upkeep', true) = 'on' AND pg_catalog.pg_has_role(
          current_user, (SELECT relowner FROM pg_catalog.pg_class WHERE oid = TG_RELID), 'USAGE') THEN
          RETURN NULL;
        END IF;
        RAISE EXCEPTION 'rows of % can be added, but not changed or removed', TG_TABLE_NAME
          USING ERRCODE = 'insufficient_privilege';
      END $$`);
    for (const table of KEPT)
      await runner.query(`
        CREATE TRIGGER ${table}_keep BEFORE UPDATE OR DELETE OR TRUNCATE ON ${table}
        FOR EACH STATEMENT EXECUTE FUNCTION galley_audit_keep()`);

    // The default rights of deploy/sql/roles.sql include changes of all new tables.
    await runner.query(`
      CREATE FUNCTION galley_audit_withhold() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
      DECLARE
        granted record;
      BEGIN
        FOR granted IN
          SELECT DISTINCT c.oid::regclass AS relation, a.grantee::regrole AS role
          FROM pg_class c, aclexplode(c.relacl) a
          WHERE c.oid IN (${KEPT.map((table) => `'${table}'::regclass`).join(', ')})
            AND a.grantee NOT IN (0, c.relowner)
        LOOP
          EXECUTE format('REVOKE UPDATE, DELETE, TRUNCATE ON %s FROM %s', granted.relation, granted.role);
        END LOOP;
      END $$`);
    await runner.query(`SELECT galley_audit_withhold()`);

    // Only entries at the beginning of the chain, so that the rest stays one chain from the last seal on.
    await runner.query(`
      CREATE FUNCTION galley_audit_purge(days integer, most integer) RETURNS integer LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        last_old bigint;
        purged integer;
      BEGIN
        IF days < ${LEAST_DAYS} THEN
          RAISE EXCEPTION 'the audit log keeps entries for at least ${LEAST_DAYS} days, not %', days;
        END IF;
        SELECT coalesce(min(o.position) FILTER (WHERE NOT o.is_old) - 1, max(o.position)) INTO last_old
        FROM (
          SELECT s.position, e.at < now() - make_interval(days => days) AS is_old
          FROM audit_seals s JOIN audit_entries e ON e.id = s.entry_id ORDER BY s.position LIMIT most
        ) o;
        PERFORM set_config('galley.audit_upkeep', 'on', true);
        DELETE FROM audit_entries e USING audit_seals s WHERE s.entry_id = e.id AND s.position <= last_old;
        GET DIAGNOSTICS purged = ROW_COUNT;
        DELETE FROM audit_seals WHERE position < last_old;
        PERFORM set_config('galley.audit_upkeep', 'off', true);
        RETURN purged;
      END $$`);
    await runner.query(`
      CREATE FUNCTION galley_audit_erase(account uuid) RETURNS integer LANGUAGE plpgsql
      SECURITY DEFINER SET search_path = public, pg_temp AS $$
      DECLARE
        erased integer;
      BEGIN
        PERFORM set_config('galley.audit_upkeep', 'on', true);
        UPDATE audit_entries e SET
          network = CASE WHEN e.actor_id = account THEN NULL ELSE e.network END,
          network_salt = CASE WHEN e.actor_id = account THEN NULL ELSE e.network_salt END,
          changes = CASE WHEN e.target_id = account::text AND e.target_type = 'user' THEN NULL ELSE e.changes END,
          changes_salt = CASE WHEN e.target_id = account::text AND e.target_type = 'user' THEN NULL ELSE e.changes_salt END
        WHERE (e.actor_id = account AND e.network_salt IS NOT NULL)
          OR (e.target_type = 'user' AND e.target_id = account::text AND e.changes_salt IS NOT NULL);
        GET DIAGNOSTICS erased = ROW_COUNT;
        PERFORM set_config('galley.audit_upkeep', 'off', true);
        RETURN erased;
      END $$`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of KEPT) await runner.query(`DROP TRIGGER ${table}_keep ON ${table}`);
    await runner.query(
      `DROP FUNCTION galley_audit_erase(uuid), galley_audit_purge(integer, integer), galley_audit_withhold(), galley_audit_keep()`,
    );
  }
}
