import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The class of the register of writers; the feature that lists entries names the same number. */
const WRITERS = 771_003;

/**
 * Who did what to what, and the chain over it. Entries have no foreign keys, because they outlive accounts and posts.
 * Source: docs/decisions/0067-audit.md.
 */
export class AddAudit1795400040000 implements Expand {
  readonly name = 'AddAudit1795400040000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE audit_entries (
        id uuid CONSTRAINT audit_entries_pkey PRIMARY KEY,
        at timestamptz NOT NULL DEFAULT galley_moment_of_writing(${WRITERS}),
        via text NOT NULL CONSTRAINT audit_entries_via_check
          CHECK (via IN ('session', 'token', 'anonymous', 'cli', 'system')),
        actor_id uuid,
        actor_name text,
        credential_id uuid,
        action text NOT NULL,
        target_type text NOT NULL,
        target_id text NOT NULL,
        request_id text,
        network text,
        network_salt bytea,
        network_digest bytea,
        changes json,
        changes_salt bytea,
        changes_digest bytea
      )`);
    await runner.query(`CREATE INDEX audit_entries_at_idx ON audit_entries (at, id)`);
    await runner.query(`CREATE INDEX audit_entries_actor_idx ON audit_entries (actor_id, at, id)`);
    await runner.query(`CREATE INDEX audit_entries_action_idx ON audit_entries (action, at, id)`);
    await runner.query(
      `CREATE INDEX audit_entries_target_idx ON audit_entries (target_type, target_id, at, id)`,
    );
    await runner.query(`
      CREATE TABLE audit_seals (
        position bigint CONSTRAINT audit_seals_pkey PRIMARY KEY,
        entry_id uuid NOT NULL,
        hash bytea NOT NULL,
        sealed_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE UNIQUE INDEX audit_seals_entry_id_key ON audit_seals (entry_id)`);
    await runner.query(
      `CREATE TABLE audit_unsealed (entry_id uuid CONSTRAINT audit_unsealed_pkey PRIMARY KEY)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE audit_unsealed`);
    await runner.query(`DROP TABLE audit_seals`);
    await runner.query(`DROP TABLE audit_entries`);
  }
}
