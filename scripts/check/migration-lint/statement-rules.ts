import type { DropStmt, IndexStmt, Node, VacuumStmt } from 'libpg-query';
import { kindOf, nodeAs, nodesAs, tableOf } from './nodes.ts';
import type { Recorded } from './read-migrations.ts';
import type { SchemaSoFar } from './schema-so-far.ts';
import { alterTableFaults } from './table-rules.ts';

/** The context of a statement. */
export interface Context {
  phase: string | undefined;
  transaction: boolean | undefined;
  schema: SchemaSoFar;
  /** The recorded statement before this one. */
  previous: Recorded | undefined;
}

type Faults = Generator<string, void, void>;

/** The statements of a migration without a transaction. Each can be repeated, and none waits for a strong lock. */
const RESUMABLE = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt'];

const REFUSED: Record<string, string> = {
  RenameStmt:
    'renames an object, but no release works with both names. Add the new one, copy the data, and drop the old one in a contract migration',
  AlterObjectSchemaStmt: 'moves an object to another schema, but no release works with both',
  ClusterStmt: 'rewrites the table and blocks all reads (CLUSTER)',
  LockStmt:
    'locks a table explicitly. Remove this, because each statement acquires the locks that it requires',
  TransactionStmt:
    'begins or ends a transaction. Remove this, because galley migrate does it. For a migration without one, set transaction = false',
  VariableSetStmt: 'changes a setting of the session. Remove this, because galley migrate sets the limits',
  DoStmt: 'contains code (DO) that cannot be checked. Write statements instead',
  CallStmt: 'calls a procedure, which cannot be checked. Write statements instead',
};

/** Yields the faults of a statement. */
export function* statementFaults(statement: Node, context: Context): Faults {
  const { phase, transaction, schema } = context;
  const kind = kindOf(statement);
  const table = tableOf(statement);
  if (REFUSED[kind] && !(kind === 'RenameStmt' && schema.isNew(table))) yield REFUSED[kind];
  if (!transaction && !mayRunAlone(statement))
    yield 'changes the schema outside a transaction, where it waits for its lock without a limit. Move it to a separate migration';
  const { index, altered, vacuum, reindex, drop } = {
    index: nodeAs('IndexStmt', statement),
    altered: nodeAs('AlterTableStmt', statement),
    vacuum: nodeAs('VacuumStmt', statement),
    reindex: nodeAs('ReindexStmt', statement),
    drop: nodeAs('DropStmt', statement),
  };
  if (index && !schema.isNew(table)) yield* indexFaults(index, context);
  if (altered && !schema.isNew(table)) yield* alterTableFaults(altered, context);
  if (vacuum) yield* vacuumFaults(vacuum);
  if (reindex && !hasOption(reindex.params, 'concurrently'))
    yield 'rebuilds an index and blocks all writes. Use REINDEX … CONCURRENTLY';
  if (drop) yield* dropFaults(drop, phase);
  if (kind === 'TruncateStmt' && phase === 'expand')
    yield 'empties a table in an expand migration, but the previous release still reads it';
}

function mayRunAlone(statement: Node): boolean {
  const built = nodeAs('IndexStmt', statement) ?? nodeAs('DropStmt', statement);
  return built ? built.concurrent === true : [...RESUMABLE, 'ReindexStmt'].includes(kindOf(statement));
}

function* indexFaults(
  { idxname, relation, concurrent, if_not_exists: lenient }: IndexStmt,
  { transaction, previous }: Context,
): Faults {
  if (!concurrent) {
    yield `builds an index on ${relation?.relname} and blocks all writes. Use buildIndex with transaction = false`;
    return;
  }
  if (transaction) yield 'builds an index CONCURRENTLY inside a transaction. Set transaction = false';
  const looked = /\bindisvalid\b/.test(previous?.text ?? '') && previous?.values.includes(idxname);
  if (!looked || lenient)
    yield `builds ${idxname ?? 'an index'} without a check for the result of an interrupted build. Use buildIndex`;
}

function* dropFaults({ removeType, concurrent }: DropStmt, phase: Context['phase']): Faults {
  const what = removeType?.replace('OBJECT_', '').toLowerCase();
  if (phase === 'expand')
    yield `drops (${what}) in an expand migration, but the previous release still uses it`;
  else if (what === 'index' && !concurrent)
    yield 'drops an index and blocks all reads of its table. Use DROP INDEX CONCURRENTLY';
}

function* vacuumFaults({ options }: VacuumStmt): Faults {
  if (hasOption(options, 'full')) yield 'rewrites the table and blocks all reads (VACUUM FULL)';
}

const hasOption = (options: Node[] | undefined, name: string) =>
  nodesAs('DefElem', options).some(({ defname }) => defname === name);
