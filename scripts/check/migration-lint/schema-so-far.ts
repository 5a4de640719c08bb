import type { AlterTableCmd, Constraint, Node } from 'libpg-query';
import { nodeAs, nodesAs } from './nodes.ts';

/** The schema after the migrations so far, as far as the rules require it. */
export class SchemaSoFar {
  /** The tables of the current migration, which no code uses yet. */
  readonly #fresh = new Set<string>();
  /** `table.constraint` to the column that must not be null according to it. */
  readonly #checks = new Map<string, string>();
  /** `table.column` of columns in which all rows have a value. */
  readonly #filled = new Set<string>();
  /** `table.constraint` of constraints that the current migration added without checking the rows. */
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

  /** Tells whether the current migration added the constraint with NOT VALID. */
  isUnchecked(table: string, constraint: string): boolean {
    return this.#unchecked.has(`${table}.${constraint}`);
  }

  /** Applies a parsed statement after it was checked. */
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

/** Returns the column of CHECK (column IS NOT NULL). */
function notNullColumn({ contype, raw_expr: expression }: Constraint): string | undefined {
  const test = nodeAs('NullTest', expression);
  if (contype !== 'CONSTR_CHECK' || test?.nulltesttype !== 'IS_NOT_NULL') return undefined;
  return nodeAs('String', nodeAs('ColumnRef', test.arg)?.fields?.at(-1))?.sval;
}
