import type { ShortcodeTag } from './shortcode-tags.js';

/** A tag, with the tag that closes it or that it closes. */
export interface Pair extends ShortcodeTag {
  closing?: Pair;
  opening?: Pair;
}

/** Pairs each closing tag with the nearest opening tag of its name before it. Text that is shown as it is has no pairs. */
export function pairTags(tags: Pair[]): Pair[] {
  const openings = new Map<string, Pair[]>();
  for (const tag of tags) {
    if (tag.isQuoted) continue;
    const waiting = openings.get(tag.name) ?? [];
    openings.set(tag.name, waiting);
    if (tag.closes) pair(waiting.pop(), tag);
    else if (!tag.args.endsWith('/')) waiting.push(tag);
  }
  return tags;
}

function pair(opening: Pair | undefined, closing: Pair): void {
  if (!opening) return;
  opening.closing = closing;
  closing.opening = opening;
}

/**
 * Tells whether the tag is escaped. `[[name]]` shows `[name]`, and `[[name]…[/name]]` shows what is between the
 * outer brackets.
 */
export function isEscaped({ start, end, opening, closing }: Pair, source: string): boolean {
  const first = opening?.start ?? start;
  const last = closing?.end ?? end;
  return source[first - 1] === '[' && source[last] === ']';
}
