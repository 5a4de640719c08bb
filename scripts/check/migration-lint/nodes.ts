import type { Node, RangeVar } from 'libpg-query';

type KindOf<N> = N extends N ? keyof N : never;

/** The kinds of nodes in the parse tree of PostgreSQL. */
type Kind = KindOf<Node>;

type Of<K extends Kind> = Extract<Node, Record<K, unknown>>[K];

export const kindOf = (node: Node): string => Object.keys(node)[0] ?? '';

/** Returns the node as one of its kind, or undefined if it has another kind. */
export function nodeAs<K extends Kind>(kind: K, node: Node | undefined): Of<K> | undefined {
  return node && kind in node ? (node as unknown as Record<K, Of<K>>)[kind] : undefined;
}

/** Returns the nodes of one kind. */
export function nodesAs<K extends Kind>(kind: K, nodes: Node[] = []): Of<K>[] {
  return nodes.flatMap((node) => nodeAs(kind, node) ?? []);
}

/** Returns the table of a statement, or '' if it has none. */
export function tableOf(statement: Node): string {
  const [{ relation }] = Object.values(statement) as [{ relation?: RangeVar }];
  return relation?.relname ?? '';
}

/** Returns the last part of a name, for example `now` of `pg_catalog.now`. */
export const lastName = (names: Node[] = []): string => nodeAs('String', names.at(-1))?.sval ?? '';
