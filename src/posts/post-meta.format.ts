import { text } from '../platform/schemas/schemas.js';

/** The values that clients and imports attach to a post, by name. */
export type PostMeta = Record<string, string>;

export const META_LIMITS = { names: 50, nameLength: 200, bytes: 16_384 };

const Name = text(1, META_LIMITS.nameLength);

/** Returns why a post cannot have these values, or undefined if it can. The message follows the word `meta`. */
export function metaFault(meta: PostMeta): string | undefined {
  const { names, nameLength, bytes } = META_LIMITS;
  const entries = Object.entries(meta);
  if (entries.length > names) return `must have at most ${names} names`;
  if (sizeOf(entries) > bytes)
    return `must have at most ${bytes} bytes of UTF-8 in all names and values together`;
  if (!entries.every(([name]) => Name.safeParse(name).success))
    return `must have names of 1 to ${nameLength} characters that are not blank`;
  return undefined;
}

const sizeOf = (entries: [string, string][]) =>
  entries.reduce((size, [name, value]) => size + Buffer.byteLength(name) + Buffer.byteLength(value), 0);

/** Applies a merge patch (RFC 7396): null removes a name, and null instead of an object removes all names. */
export function patchedMeta(present: PostMeta, patch: Record<string, string | null> | null): PostMeta {
  const entries = Object.entries({ ...(patch && present), ...patch });
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== null));
}
