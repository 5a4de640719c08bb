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
export function* alterTableFaults({ relation, cmds }, { phase, schema }) {
  const table = relation.relname;
  const commands = cmds.map(({ AlterTableCmd: command }) => command);
  const replaces = commands.some(({ subtype }) => subtype === 'AT_AddConstraint');
  for (const { subtype, name, def } of commands) {
    if (subtype === 'AT_AlterColumnType')
      yield `changes the type of ${table}.${name}, which ${REWRITES}: add a column`;
    if (REWRITING.includes(subtype)) yield `${REWRITES} (${subtype.slice(3)} of ${table})`;
    if (subtype === 'AT_AddColumn') yield* columnFaults(table, def.ColumnDef);
    if (subtype === 'AT_AddConstraint') yield* constraintFaults(table, def.Constraint);
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

function* columnFaults(table, { colname, typeName, constraints = [] }) {
  const column = `${table}.${colname}`;
  const rules = constraints.map(({ Constraint: constraint }) => constraint);
  const has = (type) => rules.some(({ contype }) => contype === type);
  if (SERIAL.includes(typeName?.names.at(-1).String.sval) || has('CONSTR_IDENTITY'))
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

function* constraintFaults(table, { contype, conname, skip_validation: unchecked, indexname }) {
  const checked = ['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_NOTNULL'].includes(contype);
  if (checked && !unchecked)
    yield `adds ${conname ?? 'a constraint'} to ${table} without NOT VALID, which reads every row while nobody can write: validate it in a later migration`;
  if ((contype === 'CONSTR_UNIQUE' || contype === 'CONSTR_PRIMARY') && !indexname)
    yield `builds the index of ${conname ?? 'a constraint'} on ${table} while nobody can write: build it by buildIndex, then ADD CONSTRAINT … USING INDEX`;
  if (contype === 'CONSTR_EXCLUSION')
    yield `adds an exclusion constraint to ${table}, which builds its index while nobody can write`;
}

/** Does any function in the expression lack a fixed value for the statement? An unknown one counts as volatile. */
function callsVolatile(node) {
  if (Array.isArray(node)) return node.some(callsVolatile);
  if (typeof node !== 'object' || node === null) return false;
  if (node.FuncCall && !STABLE.includes(node.FuncCall.funcname.at(-1).String.sval)) return true;
  return Object.values(node).some(callsVolatile);
}
