import { parse } from 'libpg-query';
import type { WrittenSql } from './sql-in-source.js';

/** What a statement does to which tables. */
export interface Tables {
  writes: Set<string>;
  locks: Set<string>;
  reads: Set<string>;
}

/** A relation that only the running program names. */
export const UNNAMED = 'unnamed';
/** One that stands around a part of a statement, to make it one. */
const AROUND = 'around';

/** What a part of a statement can stand in. */
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

/** What may stand for an interpolation: a value, nothing, a name, an assignment, rows, an operator, a condition, a statement. */
const STAND_INS = [
  ...['$1', '', UNNAMED, `${UNNAMED} = 1`, '($1)', '=', 'AND true', '(SELECT 1)'],
  `UPDATE ${AROUND} SET a = 1 WHERE true`,
];

/**
 * The tables of written SQL. What is interpolated is unknown, and is a template of its own where it is SQL: something
 * is found to stand for it.
 * @returns undefined when nothing makes PostgreSQL's parser take it
 */
export async function tablesOfSql({ parts }: WrittenSql): Promise<Tables | undefined> {
  for (const frame of FRAMES) {
    const tree = await parsed(parts, frame);
    if (tree) return collect(tree);
  }
  return undefined;
}

/** Tries stand-ins from left to right: an error lies behind what is right already. */
async function parsed(parts: string[], frame: (part: string) => string): Promise<unknown> {
  const chosen = parts.slice(1).map(() => 0);
  for (;;) {
    const { text, starts } = filled(parts, chosen, frame);
    const result = await attempt(text);
    if ('tree' in result) return result.tree;
    // The last one before the error that has something left to try; those after it begin anew.
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
  const named = new Set<string>(); // by WITH
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

/** The relations whose rows a SELECT locks: those that its clause names by their alias, or all in its FROM. */
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

/** Calls `visit` for everything that has a kind. What a locking clause names is an alias and no relation. */
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
