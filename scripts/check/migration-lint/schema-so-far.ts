/** What the migrations up to here have made, as far as the rules ask. */
export class SchemaSoFar {
  /** Tables of the present migration: nobody uses them yet. */
  #fresh = new Set();
  /** `table.constraint` to the column that it holds NOT NULL. */
  #checks = new Map();
  /** `table.column` whose rows are known to hold a value. */
  #filled = new Set();
  /** `table.constraint` added without a look at the rows by the present migration. */
  #unchecked = new Set();

  beginMigration() {
    this.#fresh.clear();
    this.#unchecked.clear();
  }

  isNew(table) {
    return this.#fresh.has(table);
  }

  isFilled(table, column) {
    return this.#filled.has(`${table}.${column}`);
  }

  /** Was the constraint added NOT VALID by this very migration? */
  isUnchecked(table, constraint) {
    return this.#unchecked.has(`${table}.${constraint}`);
  }

  /** Takes in a parsed statement after it was judged. */
  take(kind, node) {
    if (kind === 'CreateStmt') this.#fresh.add(node.relation.relname);
    if (kind === 'CreateTableAsStmt') this.#fresh.add(node.into.rel.relname);
    if (kind !== 'AlterTableStmt') return;
    for (const { AlterTableCmd: command } of node.cmds) this.#takeCommand(node.relation.relname, command);
  }

  #takeCommand(table, { subtype, name, def }) {
    if (subtype === 'AT_ValidateConstraint') {
      const column = this.#checks.get(`${table}.${name}`);
      if (column) this.#filled.add(`${table}.${column}`);
    }
    if (subtype !== 'AT_AddConstraint') return;
    const { conname, skip_validation: unchecked } = def.Constraint;
    if (unchecked) this.#unchecked.add(`${table}.${conname}`);
    const column = notNullColumn(def.Constraint);
    if (!column) return;
    this.#checks.set(`${table}.${conname}`, column);
    if (!unchecked) this.#filled.add(`${table}.${column}`);
  }
}

/** The column of CHECK (column IS NOT NULL). */
function notNullColumn({ contype, raw_expr: expression }) {
  const test = contype === 'CONSTR_CHECK' && expression?.NullTest;
  if (!test || test.nulltesttype !== 'IS_NOT_NULL') return undefined;
  return test.arg.ColumnRef?.fields.at(-1)?.String?.sval;
}
