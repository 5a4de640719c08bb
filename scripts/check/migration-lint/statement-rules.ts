import { alterTableFaults } from './table-rules.ts';

/** What a migration without a transaction may hold: each can be done again, and none waits for a strong lock. */
const RESUMABLE = ['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt'];

const REFUSED = {
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

/**
 * What is wrong with a statement.
 * @param context phase, transaction, schema (so far), previous (the recorded statement before)
 */
export function* statementFaults(kind, node, context) {
  const { phase, transaction, schema } = context;
  const table = node.relation?.relname;
  if (REFUSED[kind] && !(kind === 'RenameStmt' && schema.isNew(table))) yield REFUSED[kind];
  if (!transaction && !mayRunAlone(kind, node))
    yield 'changes the schema outside a transaction, where it waits for its lock without a limit: give it a migration of its own';
  if (kind === 'IndexStmt' && !schema.isNew(table)) yield* indexFaults(node, context);
  if (kind === 'AlterTableStmt' && !schema.isNew(table)) yield* alterTableFaults(node, context);
  if (kind === 'VacuumStmt') yield* vacuumFaults(node);
  if (kind === 'ReindexStmt' && !hasOption(node.params, 'concurrently'))
    yield 'rebuilds an index while nobody can write: REINDEX … CONCURRENTLY';
  if (kind === 'DropStmt') yield* dropFaults(node, phase);
  if (kind === 'TruncateStmt' && phase === 'expand')
    yield 'empties a table in an expand: the release before still reads it';
}

function mayRunAlone(kind, node) {
  if (kind === 'IndexStmt') return node.concurrent === true;
  if (kind === 'DropStmt') return node.concurrent === true;
  if (kind === 'ReindexStmt') return true;
  return RESUMABLE.includes(kind);
}

function* indexFaults({ idxname, relation, concurrent, if_not_exists: lenient }, { transaction, previous }) {
  if (!concurrent) {
    yield `builds an index on ${relation.relname} while nobody can write: buildIndex, with transaction = false`;
    return;
  }
  if (transaction) yield 'builds an index CONCURRENTLY inside a transaction: say transaction = false';
  const looked = /\bindisvalid\b/.test(previous?.text ?? '') && previous.values.includes(idxname);
  if (!looked || lenient)
    yield `builds ${idxname ?? 'an index'} without a look for what an interrupted build left: use buildIndex`;
}

function* dropFaults({ removeType, concurrent }, phase) {
  const what = removeType.replace('OBJECT_', '').toLowerCase();
  if (phase === 'expand') yield `drops (${what}) in an expand: the release before still uses it`;
  else if (what === 'index' && !concurrent)
    yield 'drops an index while nobody can read its table: DROP INDEX CONCURRENTLY';
}

function* vacuumFaults({ options }) {
  if (hasOption(options, 'full')) yield 'rewrites the table while nobody can read it (VACUUM FULL)';
}

const hasOption = (options = [], name) => options.some(({ DefElem: option }) => option.defname === name);
