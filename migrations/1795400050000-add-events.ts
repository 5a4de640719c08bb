import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * The log of events in the order of their commits, its ends, and how far consumers have read it.
 * Source: docs/decisions/0064-events.md.
 */
export class AddEvents1795400050000 implements Expand {
  readonly name = 'AddEvents1795400050000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE events (
        seq bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT events_pkey PRIMARY KEY,
        id uuid NOT NULL CONSTRAINT events_id_key UNIQUE,
        position bigint CONSTRAINT events_position_check CHECK (position > 0),
        type text NOT NULL,
        resource_type text NOT NULL,
        resource_id uuid,
        resource_version integer,
        actor_id uuid,
        is_public boolean NOT NULL,
        owner_ids uuid[] NOT NULL DEFAULT '{}',
        is_silent boolean NOT NULL DEFAULT false,
        data jsonb,
        before jsonb,
        occurred_at timestamptz NOT NULL DEFAULT clock_timestamp()
      )`);
    await runner.query(
      `CREATE UNIQUE INDEX events_position_idx ON events (position) WHERE position IS NOT NULL`,
    );
    await runner.query(`CREATE INDEX events_pending_idx ON events (seq) WHERE position IS NULL`);
    await runner.query(`
      CREATE TABLE event_log (
        id smallint NOT NULL DEFAULT 1 CONSTRAINT event_log_pkey PRIMARY KEY
          CONSTRAINT event_log_id_check CHECK (id = 1),
        head bigint NOT NULL DEFAULT 0,
        floor bigint NOT NULL DEFAULT 0
      )`);
    await runner.query(`INSERT INTO event_log DEFAULT VALUES`);
    await runner.query(`
      CREATE TABLE event_consumers (
        name text CONSTRAINT event_consumers_pkey PRIMARY KEY,
        position bigint NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE event_consumers`);
    await runner.query(`DROP TABLE event_log`);
    await runner.query(`DROP TABLE events`);
  }
}
