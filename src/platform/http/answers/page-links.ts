/**
 * Returns the Link header of a page (RFC 8288): `next` if another page follows, and `prev` for a page that was
 * requested by its number. A page by cursor has no `prev`, because rows would have to be read backwards to find it.
 * @param url with its query
 */
export function pageLinks(url: string, nextCursor: string | null): string | undefined {
  if (nextCursor === null && !url.includes('page=')) return undefined;
  const { pathname, searchParams } = new URL(url, 'http://galley.invalid');
  const page = Number(searchParams.get('page') ?? 1);
  searchParams.delete('page');
  const link = (rel: string, name: string, value: string) => {
    const query = new URLSearchParams(searchParams);
    query.set(name, value);
    return `<${pathname}?${query.toString()}>; rel="${rel}"`;
  };
  const links: string[] = [];
  if (nextCursor !== null) links.push(link('next', 'cursor', nextCursor));
  if (page > 1) links.push(link('prev', 'page', String(page - 1)));
  return links.length > 0 ? links.join(', ') : undefined;
}
