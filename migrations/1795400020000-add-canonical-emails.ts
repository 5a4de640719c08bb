import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * What makes two e-mail addresses one. Null until the process has computed it, for accounts of the release before, and
 * for the later one of two accounts whose addresses were two to that release.
 * Source: docs/decisions/0040-canonical-e-mail.md.
 */
export class AddCanonicalEmails1795400020000 implements Expand {
  readonly name = 'AddCanonicalEmails1795400020000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users ADD COLUMN canonical_email text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE users DROP COLUMN canonical_email`);
  }
}
