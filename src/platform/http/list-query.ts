import { z } from 'zod';
import { csv, STANDS_FOR, text } from './schemas.js';

/** A cursor holds its row's sort key: imported names are as long as PostgreSQL's index takes them. */
const MOST_CURSOR_CHARACTERS = 4000;

export const LIMIT_IF_ABSENT = 20;

const MOST_SEARCHED_WORDS = 20;
const WORD = /[\p{L}\p{N}]+/gu;

/** Bounds what PostgreSQL has to look for; whether there is a word to find is for its parser to say. */
const Search = text(1, 200)
  .refine(
    (q) => (q.match(WORD)?.length ?? 0) <= MOST_SEARCHED_WORDS,
    `must have at most ${MOST_SEARCHED_WORDS} words`,
  )
  .describe(
    `Words to find, at most ${MOST_SEARCHED_WORDS}: all of them, or those on one side of \`or\`; "quoted" ones in this order; \`-\` excludes. A search that only excludes is refused.`,
  );

type Operators = Record<string, z.ZodType>;
type Filters = Record<string, z.ZodType | Operators>;
type FilterValues<F extends Filters> = {
  [K in keyof F]?: F[K] extends z.ZodType
    ? z.output<F[K]>
    : { [O in keyof F[K]]?: z.output<Extract<F[K][O], z.ZodType>> };
};

interface ListOptions<S extends string, F extends string, I extends string, X extends Filters> {
  /** Sortable keys, never null in any row. */
  sort: readonly [S, ...S[]];
  /** Such as `-publishedAt`. */
  defaultSort: NoInfer<S> | `-${NoInfer<S>}`;
  /** Names that `fields` may ask for. */
  fields: readonly [F, ...F[]];
  /** The one that always comes; `id` if absent. */
  identity?: NoInfer<F>;
  include?: readonly [I, ...I[]];
  defaultInclude?: readonly NoInfer<I>[];
  filters?: X;
  /** Full-text search by `q`. */
  search?: boolean;
}

/** What a list route was asked for, its names all from the route's allow-list. */
export interface ListQuery<
  S extends string = string,
  F extends string = string,
  I extends string = string,
  X = object,
> {
  limit: number;
  cursor?: string;
  /** 1 to 100, instead of `cursor`. */
  page?: number;
  sort: { key: S; descending: boolean };
  fields?: F[];
  include: I[];
  q?: string;
  filter: X;
}

/** 1 to 100 in plain digits, documented as an integer. */
const wholeNumber = () =>
  z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'must be 1 to 100')
    .transform(Number)
    .meta({ [STANDS_FOR]: z.int().min(1).max(100) });

/** `-createdAt` is no name in any language: what generators call the two ways to sort by a key. */
const directions = (key: string) => {
  const name = `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  return [`${name}Ascending`, `${name}Descending`];
};

const describeInclude = (usual: readonly string[] = []) =>
  usual.length === 0
    ? 'Related resources'
    : `Related resources; empty means none. Default: \`${usual.join(',')}\`, or none if \`fields\` is given`;

const isSchema = (value: z.ZodType | Operators): value is z.ZodType => value instanceof z.ZodType;

/** The query of a list: a strict object, so an unknown name is refused. */
export function listQuery<
  S extends string,
  F extends string,
  I extends string = never,
  X extends Filters = Record<never, never>,
>(options: ListOptions<S, F, I, X>) {
  const sortable: string[] = options.sort.flatMap((key) => [key, `-${key}`]);
  const shape: Record<string, z.ZodType> = {
    limit: wholeNumber().prefault(String(LIMIT_IF_ABSENT)).describe('Items per page'),
    cursor: z
      .string()
      .max(MOST_CURSOR_CHARACTERS)
      .optional()
      .describe(
        '`meta.nextCursor` of the page before. To follow an ascending list by time, ask for its last page again until it names a next one',
      ),
    page: wholeNumber().optional().describe('Numbered pages, instead of `cursor`'),
    sort: z
      .enum(sortable)
      .default(options.defaultSort as (typeof sortable)[number])
      .meta({ 'x-enum-varnames': options.sort.flatMap(directions) })
      .describe('`-` means descending; ties are broken by id'),
    fields: csv(z.enum(options.fields))
      .optional()
      .describe(`Only these fields; \`${options.identity ?? 'id'}\` always comes`),
  };
  if (options.include) {
    shape.include = csv(z.enum(options.include), { emptyIsNone: true })
      .optional()
      .describe(describeInclude(options.defaultInclude));
  }
  if (options.search) shape.q = Search.optional();
  for (const [field, filter] of Object.entries(options.filters ?? {})) {
    if (isSchema(filter)) shape[`filter[${field}]`] = filter.optional();
    else
      for (const [operator, schema] of Object.entries(filter))
        shape[`filter[${field}][${operator}]`] = schema.optional();
  }
  return z
    .strictObject(shape)
    .refine((query) => query.cursor === undefined || query.page === undefined, {
      error: 'page and cursor exclude each other',
      path: ['page'],
    })
    .transform((query): ListQuery<S, F, I, FilterValues<X>> => {
      const sort = query.sort as string;
      return {
        limit: query.limit as number,
        cursor: query.cursor as string | undefined,
        page: query.page as number | undefined,
        sort: { key: sort.replace(/^-/, '') as S, descending: sort.startsWith('-') },
        fields: query.fields as F[] | undefined,
        include: (query.include ?? (query.fields ? [] : options.defaultInclude) ?? []) as I[],
        q: query.q as string | undefined,
        filter: collectFilters(query) as FilterValues<X>,
      };
    });
}

function collectFilters(query: Record<string, unknown>): Record<string, unknown> {
  const filter: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(query)) {
    const match = /^filter\[(\w+)\](?:\[(\w+)\])?$/.exec(name);
    if (!match || value === undefined) continue;
    const [, field, operator] = match as unknown as [string, string, string | undefined];
    filter[field] = operator ? { ...(filter[field] as object), [operator]: value } : value;
  }
  return filter;
}

/** The same query in one spelling: what is named twice or in another order is a set, and asks for the same rows. */
export function canonical<Q extends ListQuery>(query: Q): Q {
  const filters = Object.entries(query.filter).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...query,
    fields: query.fields && asSet(query.fields),
    include: asSet(query.include),
    filter: Object.fromEntries(
      filters.map(([name, value]) => [name, Array.isArray(value) ? asSet(value as unknown[]) : value]),
    ),
  };
}

const asSet = <T>(values: T[]): T[] => [...new Set(values)].sort();
