import Negotiator from 'negotiator';

/**
 * Returns the media type that the client prefers (RFC 9110 12.5.1), or the first one if it accepts all of them alike
 * or none: a response of another type is more useful than 406.
 */
export function preferredType<T extends string>(accept: string | undefined, types: readonly [T, ...T[]]): T {
  const preferred = new Negotiator({ headers: { accept } }).mediaType([...types]);
  return (preferred as T | undefined) ?? types[0];
}
