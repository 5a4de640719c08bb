import type { DropStmt, IndexStmt, Node, VacuumStmt } from 'libpg-query';
import { kindOf, nodeAs, nodesAs, tableOf } from './nodes.ts';
import type { Recorded } from './read-migrations.ts';
import type { SchemaSoFar } from './schema-so-far.ts';
import { alterTableFaults } from './table-rules.ts';

/** Where a statement stands. */
export interface Context {
  phase: string | undefined;
  transaction: boolean | undefined;
  schema: SchemaSoFar;
  /** The recorded statement before. */
  previous: Recorded | undefined;
}

type Faults = Generator<string, void, void>;

/** What a migration without a transaction may hold: each can be done again, and none waits for a strong lock. */
const RESUMABLE = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt'];

const REFUSED: Record<string, string> = {
  RenameStmt:
    'renames: no release works with both names; add the new one, move over, drop the old one in a contract',
  AlterObjectSchemaStmt: 'moves to another schema: no release works with both places',
  ClusterStmt: 'rewrites the table while nobody can read it (CLUSTER)',
  LockStmt: 'locks a table itself: its statements take the locks they need',
  TransactionStmt: 'begins or ends a transaction: galley migrate does, or says transaction = false',
  VariableSetStmt: 'sets a setting of the session: galley migrate chooses the limits',
  DoStmt: 'holds code (DO) that cannot be judged: write statements',
  CallStmt: 'calls a procedure, which cannot be judged: write statements',
};

/** What is wrong with a statement. */
export function* statementFaults(statement: Node, context: Context): Faults {
  const { phase, transaction, schema } = context;
  const kind = kindOf(statement);
  const table = tableOf(statement);
  if (REFUSED[kind] && !(kind === 'RenameStmt' && schema.isNew(table))) yield REFUSED[kind];
  if (!transaction && !mayRunAlone(statement))
    yield 'changes the schema outside a transaction, where it waits for its lock without a limit: give it a migration of its own';
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
    yield 'rebuilds an index while nobody can write: REINDEX … CONCURRENTLY';
  if (drop) yield* dropFaults(drop, phase);
  if (kind === 'TruncateStmt' && phase === 'expand')
    yield 'empties a table in an expand: the release before still reads it';
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
    yield `builds an index on ${relation?.relname} while nobody can write: buildIndex, with transaction = false`;
    return;
  }
  if (transaction) yield 'builds an index CONCURRENTLY inside a transaction: say transaction = false';
  const looked = /\bindisvalid\b/.test(previous?.text ?? '') && previous?.values.includes(idxname);
  if (!looked || lenient)
    yield `builds ${idxname ?? 'an index'} without a look for what an interrupted build left: use buildIndex`;
}

function* dropFaults({ removeType, concurrent }: DropStmt, phase: Context['phase']): Faults {
  const what = removeType?.replace('OBJECT_', '').toLowerCase();
  if (phase === 'expand') yield `drops (${what}) in an expand: the release before still uses it`;
  else if (what === 'index' && !concurrent)
    yield 'drops an index while nobody can read its table: DROP INDEX CONCURRENTLY';
}

function* vacuumFaults({ options }: VacuumStmt): Faults {
  if (hasOption(options, 'full')) yield 'rewrites the table while nobody can read it (VACUUM FULL)';
}

const hasOption = (options: Node[] | undefined, name: string) =>
  nodesAs('DefElem', options).some(({ defname }) => defname === name);
