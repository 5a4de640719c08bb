import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** Answers to writes that carried Idempotency-Key. */
export class AddIdempotencyKeys1795219200000 implements Expand {
  readonly name = 'AddIdempotencyKeys1795219200000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        id bytea CONSTRAINT idempotency_keys_pkey PRIMARY KEY,
        fingerprint bytea NOT NULL,
        status smallint NOT NULL,
        headers jsonb NOT NULL,
        body bytea,
        created_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}
