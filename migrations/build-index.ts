import type { QueryRunner } from 'typeorm';

/**
 * Builds an index while others write, in a migration with `transaction = false`.
 * A build that was cut off leaves an invalid index, which is dropped first; one
 * that had ended before its migration was recorded stays.
 * @param definition what follows CREATE [UNIQUE] INDEX CONCURRENTLY name, from ON
 */
export async function buildIndex(
  runner: QueryRunner,
  name: string,
  definition: string,
  { unique = false } = {},
): Promise<void> {
  const [leftover] = (await runner.query(
    'SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = to_regclass($1)',
    [name],
  )) as { valid: boolean }[];
  if (leftover?.valid) return;
  if (leftover) await runner.query(`DROP INDEX CONCURRENTLY ${name}`);
  await runner.query(`CREATE ${unique ? 'UNIQUE ' : ''}INDEX CONCURRENTLY ${name} ${definition}`);
}
