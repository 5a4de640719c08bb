import { parse } from 'libpg-query';
import type { WrittenSql } from './sql-in-source.js';

/** The tables of a statement by the kind of access. */
export interface Tables {
  writes: Set<string>;
  locks: Set<string>;
  reads: Set<string>;
}

/** A table that is known only when the program runs. */
export const UNNAMED = 'unnamed';
/** A table of the statement that is put around a part of a statement. */
const AROUND = 'around';

/** Statements that can contain a part of a statement. */
const FRAMES: ((part: string) => string)[] = [
  (part) => part,
  (part) => `SELECT 1 FROM ${AROUND} WHERE ${part}`,
  (part) => `SELECT 1 FROM ${AROUND} WHERE a = ${part}`,
  (part) => `SELECT ${part}`,
  (part) => `SELECT 1 FROM ${AROUND} ${part}`,
  (part) => `SELECT 1 ${part}`,
  (part) => `SELECT 1 FROM ${AROUND} WHERE true ${part}`,
  (part) => `SELECT 1 FROM ${part}`,
  (part) => `UPDATE ${AROUND} SET ${part}`,
  (part) => `UPDATE ${AROUND} SET a = 1 ${part}`,
];

/**
 * Replacements for an interpolation: a value, nothing, a name, an assignment, rows, an operator, a condition or a
 * statement.
 */
const STAND_INS = [
  ...['$1', '', UNNAMED, `${UNNAMED} = 1`, '($1)', '=', 'AND true', '(SELECT 1)'],
  `UPDATE ${AROUND} SET a = 1 WHERE true`,
];

/**
 * Returns the tables of SQL in the source. The content of an interpolation is unknown (if it is SQL, it is a
 * separate template), so a replacement that PostgreSQL's parser accepts is used.
 * @returns undefined if the parser accepts no combination of replacements
 */
export async function tablesOfSql({ parts }: WrittenSql): Promise<Tables | undefined> {
  for (const frame of FRAMES) {
    const tree = await parsed(parts, frame);
    if (tree) return collect(tree);
  }
  return undefined;
}

/** Tries replacements from left to right, because the text before an error is already valid. */
async function parsed(parts: string[], frame: (part: string) => string): Promise<unknown> {
  const chosen = parts.slice(1).map(() => 0);
  for (;;) {
    const { text, starts } = filled(parts, chosen, frame);
    const result = await attempt(text);
    if ('tree' in result) return result.tree;
    // Changes the last replacement before the error that has alternatives, and starts again with those after it.
    let at = starts.findLastIndex((start, n) => start <= result.at && hasMore(chosen[n] as number));
    if (at === -1) return undefined;
    chosen[at] = (chosen[at] as number) + 1;
    for (at += 1; at < chosen.length; at++) chosen[at] = 0;
  }
}

const hasMore = (choice: number) => choice < STAND_INS.length - 1;

function filled(parts: string[], chosen: number[], frame: (part: string) => string) {
  const offset = frame('\0').indexOf('\0');
  const starts: number[] = [];
  let text = parts[0] as string;
  for (const [n, choice] of chosen.entries()) {
    starts.push(offset + text.length);
    text += `${STAND_INS[choice]}${parts[n + 1]}`;
  }
  return { text: frame(text), starts };
}

async function attempt(text: string): Promise<{ tree: unknown } | { at: number }> {
  try {
    const tree = await parse(text);
    return (tree.stmts?.length ?? 0) > 0 ? { tree } : { at: text.length };
  } catch (error) {
    const { sqlDetails } = error as { sqlDetails?: { cursorPosition: number } };
    return { at: sqlDetails?.cursorPosition ?? text.length };
  }
}

type Node = Record<string, unknown>;
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;

function collect(tree: unknown): Tables {
  const tables: Tables = { writes: new Set(), locks: new Set(), reads: new Set() };
  const named = new Set<string>(); // Names of WITH
  walk(tree, (kind, node) => {
    if (kind === 'CommonTableExpr') named.add(node.ctename as string);
  });
  const add = (to: Set<string>, relation: unknown) => {
    if (isNode(relation) && !named.has(relation.relname as string)) to.add(relation.relname as string);
  };
  walk(tree, (kind, node) => {
    if (WRITING.includes(kind)) add(tables.writes, node.relation);
    if (kind === 'TruncateStmt' || kind === 'LockStmt') {
      for (const { RangeVar } of node.relations as Node[]) add(tables.writes, RangeVar);
    }
    if (kind === 'RangeVar') add(tables.reads, node);
    if (kind === 'SelectStmt') for (const relation of lockedBy(node)) add(tables.locks, relation);
  });
  tables.writes.delete(AROUND);
  tables.reads.delete(AROUND);
  return tables;
}

const WRITING = ['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt', 'CopyStmt'];

/** Returns the tables whose rows a SELECT locks: those that its clause names by alias, or all tables of its FROM. */
function lockedBy({ lockingClause, fromClause }: Node): Node[] {
  const clauses = (lockingClause ?? []) as { LockingClause: { lockedRels?: { RangeVar: Node }[] } }[];
  const inFrom: Node[] = [];
  walk(fromClause, (kind, node) => void (kind === 'RangeVar' && inFrom.push(node)));
  const unnamed = { relname: UNNAMED };
  return clauses.flatMap(({ LockingClause: { lockedRels } }) =>
    lockedRels
      ? lockedRels.map(
          ({ RangeVar: { relname } }) => inFrom.find((relation) => nameIn(relation) === relname) ?? unnamed,
        )
      : inFrom.length > 0
        ? inFrom
        : [unnamed],
  );
}

const nameIn = ({ alias, relname }: Node) => (alias as Node | undefined)?.aliasname ?? relname;

/** Calls `visit` for every node. The names in a locking clause are aliases, not tables. */
function walk(value: unknown, visit: (kind: string, node: Node) => void): void {
  if (Array.isArray(value)) for (const each of value) walk(each, visit);
  else if (isNode(value)) {
    for (const [kind, node] of Object.entries(value)) {
      if (kind === 'lockingClause') continue;
      if (isNode(node) && /^[A-Z]/.test(kind)) visit(kind, node);
      walk(node, visit);
    }
  }
}
