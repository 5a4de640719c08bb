/**
 * Returns the keys of links, one in each circle, without which the links form no circle.
 * @param links each key is below its value
 */
export function closingLinks<T>(links: ReadonlyMap<T, T>): Set<T> {
  const closing = new Set<T>();
  const done = new Set<T>();
  for (const start of links.keys()) {
    const path = new Set<T>();
    let at: T | undefined = start;
    for (; at !== undefined && !done.has(at) && !path.has(at); at = links.get(at)) path.add(at);
    if (at !== undefined && path.has(at)) closing.add(at);
    for (const one of path) done.add(one);
  }
  return closing;
}
