import type { Node, RangeVar } from 'libpg-query';

type KindOf<N> = N extends N ? keyof N : never;

/** What a node of PostgreSQL's parse tree may be. */
type Kind = KindOf<Node>;

type Of<K extends Kind> = Extract<Node, Record<K, unknown>>[K];

export const kindOf = (node: Node): string => Object.keys(node)[0] ?? '';

/** The node as one of its kind; undefined where it is another. */
export function nodeAs<K extends Kind>(kind: K, node: Node | undefined): Of<K> | undefined {
  return node && kind in node ? (node as unknown as Record<K, Of<K>>)[kind] : undefined;
}

/** Those of one kind. */
export function nodesAs<K extends Kind>(kind: K, nodes: Node[] = []): Of<K>[] {
  return nodes.flatMap((node) => nodeAs(kind, node) ?? []);
}

/** The table that a statement is about; '' where it is about none. */
export function tableOf(statement: Node): string {
  const [{ relation }] = Object.values(statement) as [{ relation?: RangeVar }];
  return relation?.relname ?? '';
}

/** The last part of a name, such as `now` of `pg_catalog.now`. */
export const lastName = (names: Node[] = []): string => nodeAs('String', names.at(-1))?.sval ?? '';
