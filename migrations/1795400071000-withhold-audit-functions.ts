import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

const KEPT = ['audit_entries', 'audit_seals'];
const FUNCTIONS = 'galley_audit_purge(integer, integer), galley_audit_erase(uuid)';

/** The same as in ProtectAudit, and `more` after it. */
const withhold = (more: string) => `
  CREATE OR REPLACE FUNCTION galley_audit_withhold() RETURNS void LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
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
    ${more}
  END $$`;

/**
 * The functions that delete old entries and remove personal data can be called by the roles that add entries, and by no
 * other role. PostgreSQL lets every role call a new function.
 */
export class WithholdAuditFunctions1795400071000 implements Expand {
  readonly name = 'WithholdAuditFunctions1795400071000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      withhold(`
    FOR granted IN
      SELECT DISTINCT a.grantee::regrole AS role FROM pg_class c, aclexplode(c.relacl) a
      WHERE c.oid = 'audit_entries'::regclass AND a.privilege_type = 'INSERT' AND a.grantee NOT IN (0, c.relowner)
    LOOP
      EXECUTE format('GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO %s', granted.role);
    END LOOP;
    REVOKE EXECUTE ON FUNCTION ${FUNCTIONS} FROM PUBLIC;`),
    );
    await runner.query(`SELECT galley_audit_withhold()`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(withhold(''));
    await runner.query(`GRANT EXECUTE ON FUNCTION ${FUNCTIONS} TO PUBLIC`);
  }
}
