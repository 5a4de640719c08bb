import type { MigrationInterface } from 'typeorm';

/** Adds, so that the previous release runs on the schema after it. */
export interface Expand extends MigrationInterface {
  readonly name: string;
  readonly phase: 'expand';
}

/**
 * Takes away what no release uses any more. Once it has run, only code that
 * knows the migration in `completes` may run: that becomes the schema's floor.
 */
export interface Contract extends MigrationInterface {
  readonly name: string;
  readonly phase: 'contract';
  readonly completes: string;
}
