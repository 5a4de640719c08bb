import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * The secrets of a webhook that a second rotation within a day replaced, which still sign. The previous release signs with
 * the last two secrets only, and does not change the others.
 */
export class AddOlderSecrets1795400072000 implements Expand {
  readonly name = 'AddOlderSecrets1795400072000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhooks ADD COLUMN older_secrets jsonb NOT NULL DEFAULT '[]'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE webhooks DROP COLUMN older_secrets`);
  }
}
