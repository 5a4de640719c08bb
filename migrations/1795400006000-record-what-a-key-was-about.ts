import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * A record of an Idempotency-Key says which resource was answered, for a replay to read it again. The release
 * before leaves both empty; neither finds the records of the other, whose ids are made otherwise.
 */
export class RecordWhatAKeyWasAbout1795400006000 implements Expand {
  readonly name = 'RecordWhatAKeyWasAbout1795400006000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_keys ADD COLUMN resource text, ADD COLUMN resource_id text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE idempotency_keys DROP COLUMN resource_id, DROP COLUMN resource`);
  }
}
