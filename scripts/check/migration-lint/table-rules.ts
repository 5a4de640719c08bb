import type { AlterTableStmt, ColumnDef, Constraint, Node } from 'libpg-query';
import { lastName, nodeAs, nodesAs } from './nodes.ts';
import type { Context } from './statement-rules.ts';

type Faults = Generator<string, void, void>;

/** Functions that a default may call: their value is the same for a whole statement, so no row is rewritten. */
const STABLE = ['now', 'statement_timestamp', 'transaction_timestamp', 'current_setting', 'current_database'];
const SERIAL = ['serial', 'bigserial', 'smallserial', 'serial2', 'serial4', 'serial8'];
const REWRITES = 'rewrites the table while nobody can read it';

const DROPS_COLUMN_PROPERTY = ['AT_DropColumn', 'AT_DropExpression', 'AT_DropIdentity'];
const REWRITING = [
  'AT_SetTableSpace',
  'AT_SetLogged',
  'AT_SetUnLogged',
  'AT_SetAccessMethod',
  'AT_SetExpression',
];

/** What is wrong with an ALTER TABLE of a table that others use. */
export function* alterTableFaults({ relation, cmds }: AlterTableStmt, { phase, schema }: Context): Faults {
  const table = relation?.relname ?? '';
  const commands = nodesAs('AlterTableCmd', cmds);
  const replaces = commands.some(({ subtype }) => subtype === 'AT_AddConstraint');
  for (const { subtype = '', name = '', def } of commands) {
    const column = nodeAs('ColumnDef', def);
    const constraint = nodeAs('Constraint', def);
    if (subtype === 'AT_AlterColumnType')
      yield `changes the type of ${table}.${name}, which ${REWRITES}: add a column`;
    if (REWRITING.includes(subtype)) yield `${REWRITES} (${subtype.slice(3)} of ${table})`;
    if (subtype === 'AT_AddColumn' && column) yield* columnFaults(table, column);
    if (subtype === 'AT_AddConstraint' && constraint) yield* constraintFaults(table, constraint);
    if (subtype === 'AT_SetNotNull' && !schema.isFilled(table, name))
      yield `sets ${table}.${name} NOT NULL, which reads every row while nobody can write: add CHECK (${name} IS NOT NULL) NOT VALID, validate it in a later migration, then set it`;
    if (subtype === 'AT_ValidateConstraint' && schema.isUnchecked(table, name))
      yield `validates ${name} in the migration that adds it, whose lock then lasts for the whole look at ${table}: validate it in a later one`;
    if (phase !== 'expand') continue;
    if (DROPS_COLUMN_PROPERTY.includes(subtype))
      yield `drops ${table}.${name} in an expand: the release before still uses it`;
    if (subtype === 'AT_ColumnDefault' && !def)
      yield `drops the default of ${table}.${name} in an expand: the release before still counts on it`;
    if (subtype === 'AT_DropConstraint' && !replaces)
      yield `drops the constraint ${name} in an expand and puts no wider one in its place in the same statement`;
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
      yield `adds ${column} with a default that may differ for each row, which ${REWRITES}: add it without, set the default, fill it in batches`;
    if (contype === 'CONSTR_GENERATED' && kind !== 'v')
      yield `adds ${column} as a stored generated column, which ${REWRITES}`;
    if (contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY')
      yield `adds ${column} with an index that is built while nobody can write: build it by buildIndex, then ADD CONSTRAINT … USING INDEX`;
    if (contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN')
      yield `adds ${column} with a constraint that is checked at once: add it as a constraint of its own, NOT VALID`;
  }
  if (has('CONSTR_NOTNULL') && !has('CONSTR_DEFAULT'))
    yield `adds ${column} NOT NULL without a default: rows that are there, and the release before, have no value for it`;
}

function* constraintFaults(
  table: string,
  { contype: type, conname, skip_validation: unchecked, indexname }: Constraint,
): Faults {
  const contype: string = type ?? '';
  const checked = ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_NOTNULL'].includes(contype);
  if (checked && !unchecked)
    yield `adds ${conname ?? 'a constraint'} to ${table} without NOT VALID, which reads every row while nobody can write: validate it in a later migration`;
  if ((contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') && !indexname)
    yield `builds the index of ${conname ?? 'a constraint'} on ${table} while nobody can write: build it by buildIndex, then ADD CONSTRAINT … USING INDEX`;
  if (contype === 'CONSTR_EXCLUSION')
    yield `adds an exclusion constraint to ${table}, which builds its index while nobody can write`;
}

/** Does any function in the expression lack a fixed value for the statement? An unknown one counts as volatile. */
function callsVolatile(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(callsVolatile);
  if (typeof node !== 'object' || node === null) return false;
  const call = nodeAs('FuncCall', node as Node);
  if (call && !STABLE.includes(lastName(call.funcname))) return true;
  return Object.values(node).some(callsVolatile);
}
