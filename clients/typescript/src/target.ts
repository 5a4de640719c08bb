import type { CallOptions } from './http.ts';

/**
 * A resource that a call changes: the object last read, whose version the server compares (`If-Match`), or its
 * identifier without a condition.
 */
export type Versioned<Key extends string> =
  string | (Record<Key, string> & { version: number } & Partial<HasPending>);

/** A post whose private edit its editors see. Its tag names both versions. */
interface HasPending {
  pendingRevision?: { number: number } | null | undefined;
}

/** Returns the path of a resource. `key` is the name of its identifier. */
export function pathOf(collection: string, target: string | object, key = 'id'): string {
  const id: unknown = typeof target === 'string' ? target : (target as Record<string, unknown>)[key];
  // A URL parser removes these segments, so the request would reach another resource.
  if (typeof id !== 'string' || /^\.{0,2}$/.test(id))
    throw new TypeError(`"${String(id)}" does not identify a resource of /${collection}.`);
  return `/${collection}/${encodeURIComponent(id)}`;
}

/** Returns the options with the condition of the target, unless the caller has set one. */
export function conditionOf(
  target: string | ({ version?: number } & HasPending),
  options: CallOptions,
): CallOptions {
  const { version, pendingRevision } = typeof target === 'string' ? {} : target;
  if (version === undefined) return options;
  const edition = pendingRevision ? `${version}.${pendingRevision.number}` : String(version);
  return { ...options, ifMatch: ifMatchOf(options, edition) };
}

const ifMatchOf = ({ ifMatch }: CallOptions, edition: string) =>
  ifMatch === undefined ? `"${edition}"` : ifMatch;
