import type { AlterTableCmd, Constraint, Node } from 'libpg-query';
import { nodeAs, nodesAs } from './nodes.ts';

/** What the migrations up to here have made, as far as the rules ask. */
export class SchemaSoFar {
  /** Tables of the present migration: nobody uses them yet. */
  readonly #fresh = new Set<string>();
  /** `table.constraint` to the column that it holds NOT NULL. */
  readonly #checks = new Map<string, string>();
  /** `table.column` whose rows are known to hold a value. */
  readonly #filled = new Set<string>();
  /** `table.constraint` added without a look at the rows by the present migration. */
  readonly #unchecked = new Set<string>();

  beginMigration(): void {
    this.#fresh.clear();
    this.#unchecked.clear();
  }

  isNew(table: string): boolean {
    return this.#fresh.has(table);
  }

  isFilled(table: string, column: string): boolean {
    return this.#filled.has(`${table}.${column}`);
  }

  /** Was the constraint added NOT VALID by this very migration? */
  isUnchecked(table: string, constraint: string): boolean {
    return this.#unchecked.has(`${table}.${constraint}`);
  }

  /** Takes in a parsed statement after it was judged. */
  take(statement: Node): void {
    const made =
      nodeAs('CreateStmt', statement)?.relation ?? nodeAs('CreateTableAsStmt', statement)?.into?.rel;
    if (made?.relname) this.#fresh.add(made.relname);
    const altered = nodeAs('AlterTableStmt', statement);
    for (const command of nodesAs('AlterTableCmd', altered?.cmds))
      this.#takeCommand(altered?.relation?.relname ?? '', command);
  }

  #takeCommand(table: string, { subtype, name, def }: AlterTableCmd): void {
    if (subtype === 'AT_ValidateConstraint') {
      const column = this.#checks.get(`${table}.${name}`);
      if (column) this.#filled.add(`${table}.${column}`);
    }
    const constraint = nodeAs('Constraint', def);
    if (subtype !== 'AT_AddConstraint' || !constraint) return;
    const { conname, skip_validation: unchecked } = constraint;
    if (unchecked) this.#unchecked.add(`${table}.${conname}`);
    const column = notNullColumn(constraint);
    if (!column) return;
    this.#checks.set(`${table}.${conname}`, column);
    if (!unchecked) this.#filled.add(`${table}.${column}`);
  }
}

/** The column of CHECK (column IS NOT NULL). */
function notNullColumn({ contype, raw_expr: expression }: Constraint): string | undefined {
  const test = nodeAs('NullTest', expression);
  if (contype !== 'CONSTR_CHECK' || test?.nulltesttype !== 'IS_NOT_NULL') return undefined;
  return nodeAs('String', nodeAs('ColumnRef', test.arg)?.fields?.at(-1))?.sval;
}
