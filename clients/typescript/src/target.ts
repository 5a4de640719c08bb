import type { CallOptions } from './http.ts';

/**
 * A resource that a call changes: the object last read, whose version the server compares (`If-Match`), or its
 * identifier without a condition.
 */
export type Versioned<Key extends string> = string | (Record<Key, string> & { version: number });

/** Returns the path of a resource. `key` is the name of its identifier. */
export function pathOf(collection: string, target: string | object, key = 'id'): string {
  const id: unknown = typeof target === 'string' ? target : (target as Record<string, unknown>)[key];
  // A URL parser removes these segments, so the request would reach another resource.
  if (typeof id !== 'string' || /^\.{0,2}$/.test(id))
    throw new TypeError(`"${String(id)}" does not identify a resource of /${collection}.`);
  return `/${collection}/${encodeURIComponent(id)}`;
}

/** Returns the options with the condition of the target, unless the caller has set one. */
export function conditionOf(target: string | { version?: number }, options: CallOptions): CallOptions {
  const { version } = typeof target === 'string' ? {} : target;
  return version === undefined ? options : { ...options, ifMatch: ifMatchOf(options, version) };
}

const ifMatchOf = ({ ifMatch }: CallOptions, version: number) =>
  ifMatch === undefined ? `"${version}"` : ifMatch;
