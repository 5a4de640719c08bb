import type { Page } from '../schemas/schemas.js';

/** Returns the rows of a page with only the requested fields and the field that identifies a row. */
export function pickFields<T extends object>(
  page: Page<T>,
  fields: readonly string[] | undefined,
  identity = 'id',
): Page<T> {
  if (!fields) return page;
  const names = new Set([identity, ...fields]);
  const pick = (row: T) => Object.fromEntries(Object.entries(row).filter(([name]) => names.has(name))) as T;
  return { ...page, data: page.data.map(pick) };
}
