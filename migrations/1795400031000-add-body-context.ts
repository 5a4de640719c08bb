import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * What the body of an imported post refers to: the new addresses of its links, its footnotes, and the files of its
 * galleries. The previous release renders such a body without it.
 * Source: docs/decisions/0062-links-of-imports.md.
 */
export class AddBodyContext1795400031000 implements Expand {
  readonly name = 'AddBodyContext1795400031000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE posts ADD COLUMN body_context jsonb`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE posts DROP COLUMN body_context`);
  }
}
