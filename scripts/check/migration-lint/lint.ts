import { loadModule, parse } from 'libpg-query';
import { historyFaults, namingFaults, phaseFaults } from './file-rules.ts';
import { SchemaSoFar } from './schema-so-far.ts';
import { statementFaults } from './statement-rules.ts';

/**
 * Holds migrations to what deployments need: the previous release runs on the
 * schema that they leave, and requests go on while they run.
 *
 * What they may do to tables counts from the first production release on:
 * until then no database is in use, and the migrations so far are the baseline.
 * @param migrations as `readMigrations` gives them
 * @param released file to content of the newest production release; undefined before the first
 * @param base files of the branch to merge into
 * @returns sentences, each beginning with its file
 */
export async function lint(migrations, released, base = []) {
  await loadModule();
  const history = released ?? new Map();
  const faults = [];
  const schema = new SchemaSoFar();
  for (const migration of migrations) {
    const add = (fault) => faults.push(`${migration.file} ${fault}`);
    for (const fault of namingFaults(migration)) add(fault);
    for (const fault of phaseFaults(migration, migrations, history)) add(fault);
    const judged = released !== undefined && !released.has(migration.file);
    for (const fault of await faultsInStatements(migration, schema))
      if (judged || fault.always) add(fault.says);
  }
  for (const [file, fault] of historyFaults(migrations, history, base)) faults.push(`${file} ${fault}`);
  return faults;
}

/** Judges every statement, and lets the schema grow by it. */
async function faultsInStatements({ statements, phase, transaction }, schema) {
  schema.beginMigration();
  const faults = [];
  for (const [index, recorded] of statements.entries()) {
    const at = `statement ${index + 1}`;
    const parsed = await parse(recorded.text).catch((error) => ({ error }));
    if (parsed.error) {
      faults.push({ always: true, says: `${at} is no SQL of PostgreSQL: ${parsed.error.message}` });
      continue;
    }
    const context = { phase, transaction, schema, previous: statements[index - 1] };
    for (const { stmt } of parsed.stmts ?? []) {
      const [[kind, node]] = Object.entries(stmt);
      for (const fault of statementFaults(kind, node, context)) faults.push({ says: `${at} ${fault}` });
      schema.take(kind, node);
    }
  }
  return faults;
}
