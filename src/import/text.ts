export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Removes what PostgreSQL cannot store: U+0000 and lone surrogates, which JSON can contain as escapes. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** Returns a copy, because a substring keeps the whole chunk in memory. */
export function owned(text: string): string {
  return Buffer.from(text).toString();
}

/** WordPress percent-encodes slugs that are not Latin. A slug that only looks encoded does not change. */
export function decodedSlug(slug: string): string | null {
  if (!slug) return null;
  try {
    return storable(decodeURIComponent(slug));
  } catch {
    return slug;
  }
}
