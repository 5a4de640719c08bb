import fc from 'fast-check';

/** Names and values that often cause errors in parsers. */
const NAMES = ['constructor', '__proto__', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'then'];
const text = fc.oneof(
  fc.constantFrom(
    ...NAMES,
    '',
    ' ',
    '\0',
    '\ud800',
    '\udfff\0',
    '&#0;',
    '<a><p>',
    ']]>',
    '%00',
    '%ff',
    '0',
    '-1',
  ),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.integer({ min: 490, max: 3000 }).map((length) => 'ŋ'.repeat(length)),
  fc.constantFrom('2020-01-01T00:00:00Z', '9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00Z', '2020-02-30'),
);
const scalar = fc.oneof(
  { weight: 5, arbitrary: text },
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constantFrom(null, [], {}, 1e308, -1, 2 ** 31, 2 ** 53, 32_768),
);
const value = fc.oneof(
  { weight: 8, arbitrary: scalar },
  fc.object({ key: fc.constantFrom(...NAMES, 'a'), maxDepth: 2, values: [fc.integer(), fc.string()] }),
);
type Fields = Record<string, unknown>;

/** A valid object with some fields replaced, omitted or added. */
const around = (honest: Fields): fc.Arbitrary<Fields> =>
  fc
    .tuple(
      fc.dictionary(fc.constantFrom(...Object.keys(honest)), value, { maxKeys: 2 }),
      fc.subarray(Object.keys(honest), { maxLength: 1 }),
      fc.option(fc.tuple(fc.constantFrom(...NAMES), value), { freq: 5 }),
    )
    .map(([replaced, dropped, extra]) => {
      const made: Fields = { ...honest, ...replaced };
      for (const name of dropped) delete made[name];
      if (extra) Object.defineProperty(made, extra[0], { value: extra[1], enumerable: true });
      return made;
    });

const id = (n: number) => `019a2f6e-7d3c-7b1e-9c55-00000000000${n}`;
const at = '2026-01-01T00:00:00Z';
const line: Record<'author' | 'tag' | 'post' | 'comment', Fields> = {
  author: { id: id(1), name: 'Ada', email: null, bio: null, website: null, avatarUrl: null, createdAt: at },
  tag: { name: 'Tag', slug: 'tag', description: null },
  post: {
    ...{ id: id(2), type: 'post', slug: 'a', title: 'A', excerpt: null, body: 'x', bodyFormat: 'html' },
    ...{ status: 'draft', publishedAt: null, scheduledAt: null, createdAt: at, updatedAt: at, version: 1 },
    ...{ authorId: id(1), tags: ['Tag'] },
  },
  comment: {
    ...{ id: id(3), postId: id(2), parentId: null, authorId: null, guestName: 'G', body: 'x' },
    ...{ bodyFormat: 'html', status: 'visible', createdAt: at, updatedAt: at, version: 1 },
  },
};
type Kind = keyof typeof line;

const lineOf = (kind: Kind) => around(line[kind]).map((fields) => JSON.stringify({ [kind]: fields }));
const honestLine = (kind: Kind) => fc.constant(JSON.stringify({ [kind]: line[kind] }));
const mostly = (kind: Kind) => fc.oneof({ weight: 3, arbitrary: honestLine(kind) }, lineOf(kind));
const galley = fc
  .tuple(
    mostly('author'),
    mostly('tag'),
    mostly('post'),
    mostly('comment'),
    fc.array(
      fc.oneof(
        value.map((any) => JSON.stringify(any)),
        lineOf('comment'),
        fc.string(),
      ),
      { maxLength: 1 },
    ),
  )
  .map((lines) => ['{"galley":{"format":1}}', ...lines.flat(), '{"end":{}}'].join('\n'));

const row = {
  users: {
    id: '1',
    name: 'Ada',
    email: 'ada@x.example',
    status: 'active',
    website: 'http://x.example',
    bio: 'b',
  },
  tags: { id: 't', name: 'Tag', slug: 'tag', description: 'd', visibility: 'public' },
  posts_tags: { post_id: 'p', tag_id: 't', sort_order: 0 },
  posts_authors: { post_id: 'p', author_id: '1', sort_order: 0 },
  members: { id: 'm', name: 'Member' },
  comments: {
    id: 'c',
    post_id: 'p',
    member_id: 'm',
    parent_id: null,
    status: 'published',
    html: 'x',
    created_at: at,
  },
  settings: { key: 'url', value: 'https://x.example' },
  posts: {
    ...{
      id: 'p',
      uuid: 'u',
      title: 'A',
      slug: 'a',
      html: '<p>x',
      custom_excerpt: 'e',
      type: 'post',
      page: 0,
    },
    ...{ status: 'published', visibility: 'public', created_at: at, published_at: at, updated_at: at },
  },
};
const tables = fc.record(
  Object.fromEntries(
    Object.entries(row).map(([name, honest]) => [
      name,
      fc.oneof({ weight: 9, arbitrary: fc.array(around(honest), { minLength: 1, maxLength: 2 }) }, value),
    ]),
  ),
);
const document = fc.oneof(
  fc
    .array(fc.oneof(fc.constantFrom('paragraph', 'html', 'image', 'list', ...NAMES), value), { maxLength: 3 })
    .map((types) => ({
      lexical: JSON.stringify({
        root: { type: 'root', children: types.map((type) => ({ type, children: [] })) },
      }),
    })),
  fc.array(fc.array(value, { maxLength: 3 }), { maxLength: 3 }).map((parts) => ({
    mobiledoc: JSON.stringify({ version: '0.3.1', atoms: [], cards: parts, markups: parts, sections: parts }),
  })),
);
const ghost = fc.tuple(tables, fc.option(document, { freq: 5 })).map(([made, extra]) => {
  if (extra && Array.isArray(made.posts)) Object.assign(made.posts[0] ?? {}, { html: null }, extra);
  return JSON.stringify({ db: [{ data: made }] });
});

const FIELDS = (
  'title link guid pubDate dc:creator content:encoded excerpt:encoded wp:post_id wp:post_date wp:post_date_gmt ' +
  'wp:post_modified_gmt wp:post_name wp:status wp:post_type wp:post_password category wp:author_login wp:author_id ' +
  'wp:author_email wp:author_display_name wp:cat_name wp:category_nicename wp:comment_id wp:comment_parent ' +
  'wp:comment_approved wp:comment_author wp:comment_content wp:comment_type wp:comment_user_id wp:comment_date_gmt ' +
  'wp:meta_key wp:meta_value wp:base_blog_url'
).split(' ');
const escaped = (any: string) => String(any).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
const leaf = fc
  .tuple(
    fc.constantFrom(...FIELDS),
    fc.oneof(text, fc.constantFrom('post', 'page', 'publish', 'future', '1', 'ada')),
  )
  .map(([name, content]) => `<${name}>${escaped(content)}</${name}>`);
const branch = fc
  .tuple(
    fc.constantFrom('item', 'item', 'item', 'wp:author', 'wp:category', 'wp:tag', 'wp:term'),
    fc.array(leaf, { maxLength: 8 }),
    fc.array(fc.array(leaf, { maxLength: 5 }), { maxLength: 2 }),
  )
  .map(([name, leaves, comments]) => {
    const inner = comments.map((parts) => `<wp:comment>${parts.join('')}</wp:comment>`).join('');
    const type = name === 'item' ? '<wp:post_type>post</wp:post_type>' : '';
    return `<${name}>${type}${leaves.join('')}${inner}</${name}>`;
  });
const wordpress = fc
  .array(fc.oneof({ weight: 6, arbitrary: branch }, leaf), { maxLength: 5 })
  .map(
    (parts) =>
      '<rss xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" ' +
      'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" ' +
      `xmlns:wp="http://wordpress.org/export/1.2/"><channel>${parts.join('')}</channel></rss>`,
  );

/** Returns almost valid exports, which are the same for the same seed. */
export const almostExports = (count: number, seed: number): string[] =>
  fc.sample(fc.oneof(galley, ghost, wordpress), { numRuns: count, seed });
