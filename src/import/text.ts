export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** What PostgreSQL can store: without U+0000 and lone surrogates, which JSON can escape. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed();
}

/** A copy of its own: a string cut from a chunk keeps the whole chunk alive as long as it lives. */
export function owned(text: string): string {
  return Buffer.from(text).toString();
}

/** WordPress percent-encodes slugs beyond Latin; a slug that only looks encoded stays as it is. */
export function decodedSlug(slug: string): string | null {
  if (!slug) return null;
  try {
    return storable(decodeURIComponent(slug));
  } catch {
    return slug;
  }
}
