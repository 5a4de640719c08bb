import type { QueryRunner } from 'typeorm';
import type { Expand } from './phase.js';

/**
 * What an import must remember until it has read the whole file: the files that posts can show, and the posts whose
 * bodies refer to other items. A table limits the memory of an import, and a role without the right to create
 * temporary tables can use it. Both are empty after each import.
 * Source: docs/decisions/0062-links-of-imports.md.
 */
export class AddImportStages1795400032000 implements Expand {
  readonly name = 'AddImportStages1795400032000';
  readonly phase = 'expand';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE import_files (
        key text CONSTRAINT import_files_pkey PRIMARY KEY,
        parent_key text NOT NULL,
        position integer NOT NULL,
        file jsonb NOT NULL
      )`);
    await runner.query(`CREATE INDEX import_files_parent_key_idx ON import_files (parent_key)`);
    await runner.query(`
      CREATE TABLE import_references (
        position integer CONSTRAINT import_references_pkey PRIMARY KEY,
        item jsonb NOT NULL
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE import_references`);
    await runner.query(`DROP TABLE import_files`);
  }
}
