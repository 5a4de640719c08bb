/** Words that are rare, frequent words, and frequent words that rarely or never occur together. */
const SEARCHES: Record<string, string> = {
  'a rare word': 'potoroo',
  'a frequent word': 'the',
  'frequent, excluding frequent': 'the -and',
  'a frequent phrase': '"the and"',
  'a phrase that nobody wrote': '"and the of is"',
  'twenty words': 'the it and turn of what one where is with checks took on a to in for not by be',
  'one of ten words': 'the or it or and or turn or of or what or one or where or is or with',
};

const day = (text: string) => `${text}T00:00:00Z`;

/** The ids of an author of most posts, of one post, and of two without posts. */
export interface Authors {
  prolific: string;
  single: string;
  none: string;
  none2: string;
}

/** The ids of a page with most of the pages below it, of one with three, and of one without any. */
export interface Parents {
  wide: string;
  narrow: string;
  leaf: string;
}

export type Query = Record<string, string>;

/** A query of a list, with a description. */
export interface Shape {
  filter: string;
  sort: string;
  page: string;
  q: string;
}

interface PostShape extends Shape {
  query: Query;
}

interface Given {
  /** A cursor of a late page. */
  cursorOf: string;
  authors: Authors;
  parents: Parents;
}

/** Yields all combinations of filter, sort, q, fields and page for posts. */
export function* postShapes({ cursorOf, authors, parents }: Given): Generator<PostShape> {
  const filters: Record<string, Query> = {
    none: {},
    'type=post,page': { 'filter[type]': 'post,page' },
    'status=draft': { 'filter[status]': 'draft' },
    'status=all four': {
      'filter[status]': 'draft,scheduled,published,archived',
      'filter[type]': 'post,page',
    },
    'a prolific author': { 'filter[authorId]': authors.prolific },
    'an author of one post': { 'filter[authorId]': authors.single },
    'authors without posts': { 'filter[authorId]': `${authors.none},${authors.none2}` },
    'a tag of 90 %': { 'filter[tag]': 'everywhere' },
    'a tag of 3 posts': { 'filter[tag]': 'rare' },
    'a tag of the oldest 5 %': { 'filter[tag]': 'old' },
    'a tag of no post': { 'filter[tag]': 'unused,absent' },
    featured: { 'filter[featured]': 'true' },
    'not featured': { 'filter[featured]': 'false' },
    'below a page of most': { 'filter[parentId]': parents.wide },
    'below a page of 3': { 'filter[parentId]': parents.narrow },
    'below pages without any': { 'filter[parentId]': `${parents.leaf},${authors.none}` },
    'a time without posts': { 'filter[publishedAt][lt]': day('1950-01-01') },
    'a time with posts': {
      'filter[publishedAt][gte]': day('2010-01-01'),
      'filter[publishedAt][lt]': day('2010-02-01'),
    },
    'tag, author, time': {
      'filter[tag]': 'rare',
      'filter[authorId]': authors.prolific,
      'filter[publishedAt][gte]': day('2025-01-01'),
    },
  };
  const sorts = ['-publishedAt', 'publishedAt', '-createdAt'];
  const searched = ['limit=20', 'page=100, limit=100'];
  const pages: Record<string, Query> = {
    'limit=20': {},
    'limit=100, body and html': { limit: '100', fields: 'title,body,html', include: 'author' },
    'page=100, limit=100': { page: '100', limit: '100' },
    'a late cursor': { cursor: cursorOf },
  };
  for (const [filter, given] of Object.entries(filters))
    for (const sort of sorts)
      for (const [page, more] of Object.entries(pages)) {
        yield { filter, sort, page, q: 'no q', query: { ...given, sort, ...more } };
        if (!searched.includes(page) || sort === 'publishedAt') continue;
        for (const [q, words] of Object.entries(SEARCHES))
          yield { filter, sort, page, q, query: { ...given, sort, ...more, q: words } };
      }
}
