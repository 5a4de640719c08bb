import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The expand migrations that contract migrations have completed: code runs if it knows all of them. */
export class AddSchemaFloors1795254300000 implements Expand {
  readonly name = 'AddSchemaFloors1795254300000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE schema_floors (
        migration text CONSTRAINT schema_floors_pkey PRIMARY KEY,
        completed_by text NOT NULL,
        completed_at timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE schema_floors`);
  }
}
