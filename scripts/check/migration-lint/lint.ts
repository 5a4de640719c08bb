import { loadModule, parse, type ParseResult } from 'libpg-query';
import { messageOf } from '../../tools/failures.ts';
import { historyFaults, namingFaults, phaseFaults } from './file-rules.ts';
import type { MigrationFile } from './read-migrations.ts';
import { SchemaSoFar } from './schema-so-far.ts';
import { statementFaults } from './statement-rules.ts';

interface Fault {
  says: string;
  /** If true, the rule also applies to released migrations, and before the first release. */
  always?: boolean;
}

/**
 * Checks whether a deployment can run the migrations: the previous release must run on the resulting schema, and
 * requests must continue while they run.
 *
 * The rules about tables apply from the first production release on. Until then no database is in use, and the
 * existing migrations are the baseline.
 * @param migrations the result of `readMigrations`
 * @param released file to content of the newest production release; undefined before the first
 * @param base files of the branch to merge into
 * @returns sentences, each of which begins with its file
 */
export async function lint(
  migrations: MigrationFile[],
  released?: Map<string, string>,
  base: string[] = [],
): Promise<string[]> {
  await loadModule();
  const history = released ?? new Map<string, string>();
  const faults: string[] = [];
  const schema = new SchemaSoFar();
  for (const migration of migrations) {
    const add = (fault: string) => faults.push(`${migration.file} ${fault}`);
    for (const fault of namingFaults(migration)) add(fault);
    for (const fault of phaseFaults(migration, migrations, history)) add(fault);
    const judged = released !== undefined && !released.has(migration.file);
    for (const fault of await faultsInStatements(migration, schema))
      if (judged || fault.always) add(fault.says);
  }
  for (const [file, fault] of historyFaults(migrations, history, base)) faults.push(`${file} ${fault}`);
  return faults;
}

/** Checks every statement, and then applies it to the schema. */
async function faultsInStatements(
  { statements, phase, transaction }: MigrationFile,
  schema: SchemaSoFar,
): Promise<Fault[]> {
  schema.beginMigration();
  const faults: Fault[] = [];
  for (const [index, recorded] of statements.entries()) {
    const at = `statement ${index + 1}`;
    const parsed = await parse(recorded.text).catch(messageOf);
    if (typeof parsed === 'string') {
      faults.push({ always: true, says: `${at} is not valid SQL of PostgreSQL: ${parsed}` });
      continue;
    }
    const context = { phase, transaction, schema, previous: statements[index - 1] };
    for (const statement of statementsIn(parsed)) {
      for (const fault of statementFaults(statement, context)) faults.push({ says: `${at} ${fault}` });
      schema.take(statement);
    }
  }
  return faults;
}

const statementsIn = ({ stmts = [] }: ParseResult) => stmts.flatMap(({ stmt }) => stmt ?? []);
