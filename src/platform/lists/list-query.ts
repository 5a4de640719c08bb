import { z } from 'zod';
import { type Hint, type KnownParameters, knownParameters } from './parameter-hints.js';
import { csv, STANDS_FOR, text } from '../schemas/schemas.js';

/** A cursor contains the sort key of its row, and imported names can be as long as PostgreSQL's index permits. */
export const MOST_CURSOR_CHARACTERS = 4000;

export const LIMIT_IF_ABSENT = 20;

const MOST_SEARCHED_WORDS = 20;
const WORD = /[\p{L}\p{N}]+/gu;

/** Limits the length of a search. PostgreSQL's parser decides whether it contains a word. */
const Search = text(1, 200)
  .refine(
    (q) => (q.match(WORD)?.length ?? 0) <= MOST_SEARCHED_WORDS,
    `must have at most ${MOST_SEARCHED_WORDS} words`,
  )
  .describe(
    `The words to search for, at most ${MOST_SEARCHED_WORDS}. A result contains all words, or all words on one side of \`or\`. Use quotation marks to search for a phrase and \`-\` to exclude a word. A search that only excludes words returns 400.`,
  );

type Operators = Record<string, z.ZodType>;
type Filters = Record<string, z.ZodType | Operators>;
type FilterValues<F extends Filters> = {
  [K in keyof F]?: F[K] extends z.ZodType
    ? z.output<F[K]>
    : { [O in keyof F[K]]?: z.output<Extract<F[K][O], z.ZodType>> };
};

interface ListOptions<S extends string, F extends string, I extends string, X extends Filters> {
  /** The names of the sort keys, which are never null. */
  sort: readonly [S, ...S[]];
  /** For example `-publishedAt`. */
  defaultSort: NoInfer<S> | `-${NoInfer<S>}`;
  /** The names that `fields` accepts. */
  fields: readonly [F, ...F[]];
  /** The field that every row contains. The default is `id`. */
  identity?: NoInfer<F>;
  include?: readonly [I, ...I[]];
  defaultInclude?: readonly NoInfer<I>[];
  filters?: X;
  /** An example of each filter, and the names that other APIs give to it. */
  hints?: { [K in keyof NoInfer<X>]?: Hint };
  /** Supports full-text search with `q`. */
  search?: boolean;
}

/** The validated query of a list. All names in it are permitted by the route. */
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

/** Accepts 1 to 100 in decimal digits, documented as an integer. */
export const wholeNumber = () =>
  z
    .string()
    .regex(/^(?:[1-9]\d?|100)$/, 'must be 1 to 100')
    .transform(Number)
    .meta({ [STANDS_FOR]: z.int().min(1).max(100) });

/** `-createdAt` is not a valid name in any language, so this names both directions of a sort key for generators. */
function directions(key: string) {
  const name = `${key.slice(0, 1).toUpperCase()}${key.slice(1)}`;
  return [`${name}Ascending`, `${name}Descending`];
}

const describeInclude = (usual: readonly string[] = []) =>
  usual.length === 0
    ? 'The related resources to include.'
    : `The related resources to include. Use an empty value to include none. Default: \`${usual.join(',')}\`, or none if you use \`fields\`.`;

const isSchema = (value: z.ZodType | Operators): value is z.ZodType => value instanceof z.ZodType;

const PARAMETERS = new WeakMap<object, KnownParameters>();

/** Returns the parameters of a list query, or undefined for any other schema. */
export const parametersOf = (schema: object | undefined): KnownParameters | undefined =>
  schema && PARAMETERS.get(schema);

/** Returns the schema of a list query. The object is strict, so it rejects unknown names. */
export function listQuery<
  S extends string,
  F extends string,
  I extends string = never,
  X extends Filters = Record<never, never>,
>(options: ListOptions<S, F, I, X>) {
  const sortable: string[] = options.sort.flatMap((key) => [key, `-${key}`]);
  const shape: Record<string, z.ZodType> = {
    limit: wholeNumber().prefault(String(LIMIT_IF_ABSENT)).describe('The number of items per page.'),
    cursor: z
      .string()
      .max(MOST_CURSOR_CHARACTERS)
      .optional()
      .describe(
        'The `meta.nextCursor` of the previous page. To follow a list in ascending order of time, request its last page again until it returns a next cursor.',
      ),
    page: wholeNumber()
      .optional()
      .describe('The number of the page, starting at 1. You cannot combine it with `cursor`.'),
    sort: z
      .enum(sortable)
      .default(options.defaultSort as (typeof sortable)[number])
      .meta({ 'x-enum-varnames': options.sort.flatMap(directions) })
      .describe(
        'The sort key. The prefix `-` sorts in descending order. Items with equal keys are sorted by id.',
      ),
    fields: csv(z.enum(options.fields))
      .optional()
      .describe(`The fields to return. The response always contains \`${options.identity ?? 'id'}\`.`),
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
  const schema = z
    .strictObject(shape)
    .refine((query) => query.cursor === undefined || query.page === undefined, {
      error: 'cannot be combined with cursor',
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
  PARAMETERS.set(schema, knownParameters(Object.keys(shape), examplesOf(options), options.hints ?? {}));
  return schema;
}

function examplesOf({
  defaultSort,
  fields,
  include,
}: Pick<ListOptions<string, string, string, Filters>, 'defaultSort' | 'fields' | 'include'>): Record<
  string,
  string
> {
  return {
    limit: `limit=${LIMIT_IF_ABSENT}`,
    cursor: 'cursor=<meta.nextCursor of the previous page>',
    page: 'page=2',
    sort: `sort=${defaultSort}`,
    fields: `fields=${fields.slice(0, 2).join(',')}`,
    include: `include=${include?.join(',') ?? ''}`,
    q: 'q=<words>',
  };
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

/**
 * Returns the query in its canonical form: repeated values are removed and sets are sorted, because they request
 * the same rows.
 */
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
