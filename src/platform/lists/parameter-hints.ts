/** The names that other APIs give to the parameters of a list, in the form of `plain`. */
const ELSEWHERE: Record<string, string[]> = {
  limit: [
    ...['perpage', 'pagesize', 'pagelimit', 'itemsperpage', 'size', 'count', 'max', 'maxresults', 'results'],
    ...['top', 'first', 'take', 'rows', 'num', 'number'],
  ],
  cursor: [
    ...['offset', 'skip', 'start', 'from', 'after', 'startafter', 'startingafter', 'pageafter', 'pagecursor'],
    ...['pagetoken', 'nexttoken', 'nextcursor', 'next', 'continue', 'continuation', 'marker'],
  ],
  page: ['pagenumber', 'pageno', 'pagenum', 'pageindex', 'currentpage', 'paged', 'p'],
  sort: [
    ...['order', 'orderby', 'ordering', 'orderdir', 'sortby', 'sortorder', 'sortfield', 'sortkey', 'sortdir'],
    ...['sortdirection', 'direction', 'dir', 'desc', 'asc'],
  ],
  fields: ['field', 'select', 'columns', 'only', 'attributes', 'props', 'properties', 'projection'],
  include: ['includes', 'expand', 'populate', 'embed', 'with', 'relations', 'join', 'load', 'preload'],
  q: [
    'search',
    's',
    'query',
    'keyword',
    'keywords',
    'term',
    'terms',
    'text',
    'searchquery',
    'fulltext',
    'find',
  ],
};

/** An example of a parameter, such as `filter[type]=page`, and further names that other APIs give to it. */
export type Hint = readonly [example: `${string}=${string}`, ...otherNames: string[]];

/** The parameters of a route, for messages about unknown ones. */
export interface KnownParameters {
  names: string[];
  /** Examples of these parameters by the names that other APIs give to them. */
  instead: Map<string, string>;
}

/** `page[size]`, `page_size` and `pageSize` are one name. */
const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** `filter[author][eq]`, `filters.author` and `where[author]` name a field. */
const FIELD = /^(?:filters?|where)\s*[[.(]+\s*([\w$-]+)/i;

/** `authorId` is also `author`, and both can be plural. */
function namesOfField(field: string): string[] {
  const whole = plain(field);
  const short = whole.replace(/id$/, '');
  return [whole, short, `${whole}s`, `${short}s`];
}

/**
 * Returns the parameters of a list. A hint exists only for a parameter that the list has.
 * @param names all parameters of the list
 * @param examples an example of each option that needs one, by its name
 * @param hints an example of a filter by its field
 * @throws Error if a hint is an example of another parameter
 */
export function knownParameters(
  names: string[],
  examples: Record<string, string>,
  hints: Partial<Record<string, Hint>>,
): KnownParameters {
  const instead = new Map<string, string>();
  const add = (example: string, others: string[]) => {
    for (const other of others.map(plain)) if (!instead.has(other)) instead.set(other, example);
  };
  const filters = names.flatMap((name) => FIELD.exec(name)?.[1] ?? []);
  const exampleOf = (field: string) =>
    hints[field]?.[0] ?? names.find((name) => name.startsWith(`filter[${field}]`)) ?? '';
  for (const field of filters) add(exampleOf(field), namesOfField(field));
  for (const [field, hint] of Object.entries(hints)) {
    const [example, ...others] = hint as Hint;
    if (!names.includes(example.split('=', 1)[0] as string))
      throw new Error(`The hint ${example} for ${field} names no parameter of the list`);
    add(example, others);
  }
  for (const name of names)
    if (!FIELD.test(name)) add(examples[name] ?? name, [name, ...(ELSEWHERE[name] ?? [])]);
  return { names, instead };
}

/** Returns the message for a parameter that a route does not have. It names the one that the caller means, if any. */
export function unknownParameter(name: string, { names, instead }: KnownParameters): string {
  const field = FIELD.exec(name)?.[1];
  const example =
    instead.get(plain(field ?? name)) ?? (/^(?:filters?|where)$/i.test(name) && aFilter(instead));
  if (example) {
    const [parameter] = example.split('=', 1);
    const shown = parameter === example ? '' : `, for example ${example}`;
    return `is not a known parameter; use ${parameter} instead${shown}`;
  }
  return names.length === 0
    ? 'is not a known parameter; this endpoint has no query parameters'
    : `is not a known parameter; this endpoint has ${names.join(', ')}`;
}

const aFilter = (instead: Map<string, string>): string | undefined =>
  [...instead.values()].find((example) => FIELD.test(example));
