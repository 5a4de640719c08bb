/** The kinds whose content readers miss first come first. Kinds that are not named here come between the two lists. */
const FIRST = [['post', 'page'], ['comment'], ['author'], ['tag']];
const LAST = [['site'], ['table'], ['attachment'], ['revision'], ['nav_menu_item', 'nav_menu']];

/** Returns the place of a kind in a report. */
export function placeOf(kind: string): number {
  const first = FIRST.findIndex((kinds) => kinds.includes(kind));
  if (first >= 0) return first;
  return FIRST.length + 1 + LAST.findIndex((kinds) => kinds.includes(kind));
}

/** Tells whether the kind is one of those that readers miss first. */
export const isMissedFirst = (kind: string): boolean => placeOf(kind) < FIRST.length;
