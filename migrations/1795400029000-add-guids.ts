import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/** The GUID by which an import recognizes a post of WordPress whose site has moved. The previous release writes none. */
export class AddGuids1795400029000 implements Expand {
  readonly name = 'AddGuids1795400029000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE import_keys ADD COLUMN guid text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE import_keys DROP COLUMN guid');
  }
}
