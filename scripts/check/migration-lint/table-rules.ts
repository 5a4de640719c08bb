import type { AlterTableStmt, ColumnDef, Constraint, Node } from 'libpg-query';
import { lastName, nodeAs, nodesAs } from './nodes.ts';
import type { Context } from './statement-rules.ts';

type Faults = Generator<string, void, void>;

/** Functions that a default can call. Their value is constant during a statement, so no row is rewritten. */
const STABLE = ['now', 'statement_timestamp', 'transaction_timestamp', 'current_setting', 'current_database'];
const SERIAL = ['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8'];
const REWRITES = 'rewrites the table and blocks all reads';

const DROPS_COLUMN_PROPERTY = ['AT_DropColumn', 'AT_DropExpression', 'AT_DropIdentity'];
const REWRITING = [
  'AT_SetTableSpace',
  'AT_SetLogged',
  'AT_SetUnLogged',
  'AT_SetAccessMethod',
  'AT_SetExpression',
];

/** Yields the faults of an ALTER TABLE of an existing table. */
export function* alterTableFaults({ relation, cmds }: AlterTableStmt, { phase, schema }: Context): Faults {
  const table = relation?.relname ?? '';
  const commands = nodesAs('AlterTableCmd', cmds);
  const replaces = commands.some(({ subtype }) => subtype === 'AT_AddConstraint');
  for (const { subtype = '', name = '', def } of commands) {
    const column = nodeAs('ColumnDef', def);
    const constraint = nodeAs('Constraint', def);
    if (subtype === 'AT_AlterColumnType')
      yield `changes the type of ${table}.${name}, which ${REWRITES}. Add a column instead`;
    if (REWRITING.includes(subtype)) yield `${REWRITES} (${subtype.slice(3)} of ${table})`;
    if (subtype === 'AT_AddColumn' && column) yield* columnFaults(table, column);
    if (subtype === 'AT_AddConstraint' && constraint) yield* constraintFaults(table, constraint);
    if (subtype === 'AT_SetNotNull' && !schema.isFilled(table, name))
      yield `sets ${table}.${name} NOT NULL, which reads every row and blocks all writes. Add CHECK (${name} IS NOT NULL) NOT VALID, validate it in a later migration, and then set NOT NULL`;
    if (subtype === 'AT_ValidateConstraint' && schema.isUnchecked(table, name))
      yield `validates ${name} in the migration that adds it, so its lock lasts while all rows of ${table} are read. Validate it in a later migration`;
    if (phase !== 'expand') continue;
    if (DROPS_COLUMN_PROPERTY.includes(subtype))
      yield `drops ${table}.${name} in an expand migration, but the previous release still uses it`;
    if (subtype === 'AT_ColumnDefault' && !def)
      yield `drops the default of ${table}.${name} in an expand migration, but the previous release still requires it`;
    if (subtype === 'AT_DropConstraint' && !replaces)
      yield `drops the constraint ${name} in an expand migration. Add a wider one in the same statement`;
  }
}

function* columnFaults(table: string, { colname, typeName, constraints }: ColumnDef): Faults {
  const column = `${table}.${colname}`;
  const rules = nodesAs('Constraint', constraints);
  const has = (type: Constraint['contype']) => rules.some(({ contype }) => contype === type);
  if (SERIAL.includes(lastName(typeName?.names)) || has('CONSTR_IDENTITY'))
    yield `adds ${column} with a sequence, which ${REWRITES}`;
  for (const { contype, raw_expr: expression, generated_kind: kind } of rules) {
    if (contype === 'CONSTR_DEFAULT' && callsVolatile(expression))
      yield `adds ${column} with a default that can differ for each row, which ${REWRITES}. Add the column without a default, set the default, and fill the rows in batches`;
    if (contype === 'CONSTR_GENERATED' && kind !== 'v')
      yield `adds ${column} as a stored generated column, which ${REWRITES}`;
    if (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY')
      yield `adds ${column} with an index, whose build blocks all writes. Use buildIndex, and then ADD CONSTRAINT … USING INDEX`;
    if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN')
      yield `adds ${column} with a constraint that is checked immediately. Add the constraint separately with NOT VALID`;
  }
  if (has('CONSTR_NOTNULL') && !has('CONSTR_DEFAULT'))
    yield `adds ${column} NOT NULL without a default, but existing rows and the previous release have no value for it`;
}

function* constraintFaults(
  table: string,
  { contype: type, conname, skip_validation: unchecked, indexname }: Constraint,
): Faults {
  const contype: string = type ?? '';
  const checked = ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_NOTNULL'].includes(contype);
  if (checked && !unchecked)
    yield `adds ${conname ?? 'a constraint'} to ${table} without NOT VALID, which reads every row and blocks all writes. Add NOT VALID, and validate it in a later migration`;
  if ((contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') && !indexname)
    yield `builds the index of ${conname ?? 'a constraint'} on ${table} and blocks all writes. Use buildIndex, and then ADD CONSTRAINT … USING INDEX`;
  if (contype === 'CONSTR_EXCLUSION')
    yield `adds an exclusion constraint to ${table}, which builds its index and blocks all writes`;
}

/**
 * Tells whether any function in the expression has no constant value during the statement. An unknown function
 * counts as volatile.
 */
function callsVolatile(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(callsVolatile);
  if (typeof node !== 'object' || node === null) return false;
  const call = nodeAs('FuncCall', node as Node);
  if (call && !STABLE.includes(lastName(call.funcname))) return true;
  return Object.values(node).some(callsVolatile);
}
