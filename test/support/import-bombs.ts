/**
 * Files that are meant to block or break an import. They depend on nothing in src, because the heavy test runs this
 * file directly.
 */

export interface Bomb {
  name: string;
  /** @param bytes the approximate size, if it matters */
  make: (bytes: number) => string;
  /** The message of the rejection. Absent if the file is imported. */
  refusal?: RegExp;
}

const wxr = (channel: string) => `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><wp:base_blog_url>https://bombs.example</wp:base_blog_url>
${channel}
</channel></rss>`;
const cdata = (name: string, text: string) => `<${name}><![CDATA[${text}]]></${name}>`;
const item = (more: string, type = 'post') =>
  `<item><wp:post_id>1</wp:post_id><dc:creator>ada</dc:creator><wp:post_type>${type}</wp:post_type>${more}</item>`;
const many = (bytes: number, unit: string) => unit.repeat(Math.floor(bytes / unit.length));
const each = (count: number, make: (n: number) => string) => Array.from({ length: count }, (_, n) => make(n));
/** Returns text that is the same in every run and that an index cannot compress. */
const noise = (length: number) => {
  let state = 1;
  return each(length, () => {
    state = (state * 48_271) % 2_147_483_647;
    return String.fromCharCode(0x4e00 + (state % 20_000));
  }).join('');
};

const WORDPRESS: Bomb[] = [
  {
    name: 'a title of unclosed markup',
    make: (bytes) => wxr(item(cdata('title', many(bytes, '<a><p>')))),
    refusal: /<title> is longer than 5,000 characters/,
  },
  {
    name: 'the name of a tag of unclosed markup',
    make: (bytes) => wxr(item(cdata('category', many(bytes, '<a><p>')))),
    refusal: /<category> is longer than 500 characters/,
  },
  {
    name: 'the name of an author of unclosed markup',
    make: (bytes) => wxr(`<wp:author>${cdata('wp:author_display_name', many(bytes, '<a><p>'))}</wp:author>`),
    refusal: /<wp:author_display_name> is longer than 500 characters/,
  },
  {
    name: 'the name of a guest of unclosed markup',
    make: (bytes) =>
      wxr(item(`<wp:comment>${cdata('wp:comment_author', many(bytes, '<a><p>'))}</wp:comment>`)),
    refusal: /<wp:comment_author> is longer than 500 characters/,
  },
  {
    name: 'an excerpt of unclosed markup',
    make: (bytes) => wxr(item(cdata('excerpt:encoded', many(bytes, '<a><p>')))),
    refusal: /<excerpt:encoded> is longer than 100,000 characters/,
  },
  {
    name: 'an excerpt at the limit',
    make: () => wxr(item(cdata('excerpt:encoded', many(99_000, '<a><p>')))),
  },
  {
    name: 'attributes of one element',
    make: (bytes) =>
      wxr(item(`<category ${each(Math.floor(bytes / 12), (n) => `a${n}="x"`).join(' ')}>x</category>`)),
    refusal: /an element has more than 100 attributes/,
  },
  {
    name: 'declarations of namespaces',
    make: (bytes) => wxr(`<x ${each(Math.floor(bytes / 20), (n) => `xmlns:a${n}="u:x"`).join(' ')}/>`),
    refusal: /an element has more than 100 attributes/,
  },
  {
    name: 'a long namespace, which each attribute repeats',
    make: (bytes) => wxr(item(`<x xmlns:p="u:${many(bytes, 'x')}">${many(bytes, '<a p:a="x"/>')}</x>`)),
    refusal: /the address of a namespace is longer than 1,000 characters/,
  },
  {
    name: 'values of a field without a name',
    make: (bytes) =>
      wxr(item(`<wp:postmeta>${many(bytes, '<wp:meta_value>x</wp:meta_value>')}</wp:postmeta>`)),
  },
  {
    name: 'a long attribute of a term',
    make: (bytes) => wxr(item(`<category domain="category" nicename="${many(bytes, 'x')}">x</category>`)),
    refusal: /an attribute of <category> is longer than 5,000 characters/,
  },
  {
    name: 'elements within one another',
    make: (bytes) => wxr(item(many(bytes, '<a>'))),
    refusal: /more than 100 nested elements/,
  },
  {
    name: 'elements that are read, beside one another',
    make: (bytes) => wxr(item(many(Math.max(bytes, 4_100_000), '<guid/>'))),
    refusal: /has more than 500,000 elements/,
  },
  { name: 'elements that nobody reads', make: (bytes) => wxr(item(many(bytes, '<a/>'))) },
  { name: 'a value of a plugin', make: (bytes) => wxr(item(cdata('wp:meta_value', many(bytes, '<a><p>')))) },
  { name: 'entities', make: (bytes) => wxr(item(`<x>${many(bytes, '&amp;')}</x>`)) },
  { name: 'comments of XML', make: (bytes) => wxr(item(many(bytes, '<!---->'))) },
  {
    name: 'tags of one post',
    make: () => wxr(item(each(1001, (n) => `<category>tag ${n}</category>`).join(''))),
    refusal: /a post has more than 1,000 tags/,
  },
  {
    name: 'the same tag under many slugs',
    make: (bytes) =>
      wxr(
        each(
          Math.floor(bytes / 110),
          (n) => `<wp:tag><wp:tag_name>same</wp:tag_name><wp:tag_slug>s-${n}</wp:tag_slug></wp:tag>`,
        ).join('\n'),
      ),
  },
  {
    name: 'comments of one post',
    make: (bytes) =>
      wxr(
        item(
          each(
            Math.floor(bytes / 120),
            (n) =>
              `<wp:comment><wp:comment_id>${n + 1}</wp:comment_id><wp:comment_parent>${n}</wp:comment_parent>` +
              '<wp:comment_approved>1</wp:comment_approved></wp:comment>',
          ).join(''),
        ),
      ),
  },
  { name: 'items that are left out', make: (bytes) => wxr(many(bytes, item('', 'attachment'))) },
  {
    name: 'as many kinds as items',
    make: (bytes) => wxr(each(Math.floor(bytes / 110), (n) => item('', `kind-${n}`)).join('')),
  },
  {
    name: 'comments that are left out of a post with a long title',
    make: (bytes) => wxr(item(cdata('title', 'x'.repeat(5000)) + many(bytes, '<wp:comment></wp:comment>'))),
  },
  {
    name: 'a long id',
    make: () => wxr(item('').replace('<wp:post_id>1</wp:post_id>', cdata('guid', noise(2000)))),
    refusal: /the id of a post is longer than 2,500 bytes/,
  },
  {
    name: 'a state that is named like a method',
    make: () =>
      wxr(item('<wp:comment><wp:comment_approved>constructor</wp:comment_approved></wp:comment>', 'post')),
  },
  { name: 'ampersands', make: (bytes) => wxr(item(`<guid>x</guid><y>${many(bytes, '&')}</y>`)) },
  { name: 'brackets', make: (bytes) => wxr(item(`<y>${many(bytes, '< ')}</y>`)) },
  { name: 'entities of HTML', make: (bytes) => wxr(item(`<y>${many(bytes, '&nbsp;')}</y>`)) },
  { name: 'a reference without an end', make: (bytes) => wxr(item(`<y>&#x${many(bytes, '0')}</y>`)) },
  { name: 'control characters', make: (bytes) => wxr(item(cdata('content:encoded', many(bytes, '\u0001')))) },
  { name: 'prefixes that are not declared', make: (bytes) => wxr(item(many(bytes, '<y:y/>'))) },
  {
    name: 'text that repairs make longer',
    make: (bytes) => wxr(item(`<title>${many(Math.max(bytes, 5001), '&')}</title>`)),
    refusal: /<title> is longer than 5,000 characters/,
  },
  { name: 'a character reference to nothing', make: () => wxr(item(cdata('title', '&#0;&#xD800;a'))) },
  { name: 'combining marks', make: () => wxr(item(cdata('title', `a${'\u0315\u0300'.repeat(2400)}`))) },
  { name: 'a long date', make: () => wxr(item(cdata('pubDate', `${'('.repeat(400)}1`))) },
];

const ghost = (tables: Record<string, unknown>, rest: Record<string, unknown> = {}) =>
  JSON.stringify({ ...rest, db: [{ data: tables }] });
const post = (fields: Record<string, unknown> = {}) => ({
  ...{ id: 'p1', uuid: 'u1', title: 'A post', slug: 'a-post', status: 'published', author_id: '1' },
  ...fields,
});
const lexical = (...children: unknown[]) =>
  JSON.stringify({ root: { type: 'root', version: 1, format: '', indent: 0, direction: null, children } });
const card = (markdown: string) => lexical({ type: 'markdown', version: 1, markdown });
const paragraph = {
  ...{ type: 'paragraph', version: 1, format: '', indent: 0, direction: null },
  children: [{ type: 'text', version: 1, text: 'Words', detail: 0, format: 0, mode: 'normal', style: '' }],
};
const mobiledoc = (cards: unknown[], sections: unknown[], markups: unknown[] = []) =>
  JSON.stringify({ version: '0.3.1', atoms: [], cards, markups, sections });
/** Returns a Ghost export with a row of unchanged text. */
const rawRow = (row: string) => `{"db":[{"data":{"posts":[${row}]}}]}`;

const GHOST: Bomb[] = [
  {
    name: 'a title of white space and markup',
    make: (bytes) => ghost({ posts: [post({ title: many(bytes, '<a> ') })] }),
    refusal: /title is longer than 5,000 characters/,
  },
  {
    name: 'the name of a tag',
    make: () => ghost({ tags: [{ id: '1', name: noise(20_000) }] }),
    refusal: /\$\.db\[0\]\.data\.tags\[0\]: name is longer than 500 characters/,
  },
  {
    name: 'an e-mail address',
    make: () => ghost({ users: [{ id: '1', name: 'Ada', email: `${noise(20_000)}@example.com` }] }),
    refusal: /users\[0\]: email is longer than 500 characters/,
  },
  {
    name: 'levels of JSON',
    make: (bytes) => rawRow(`{"x":${many(bytes, '[')}`),
    refusal: /more than 100 nested levels/,
  },
  {
    name: 'values in a row',
    make: (bytes) => rawRow(`{"x":[${many(bytes, '[],')}1]}`),
    refusal: /more than 10,000 values in one row/,
  },
  {
    name: 'values outside of rows',
    make: (bytes) => `{"x":[${many(bytes, '{},')}1],"db":[]}`,
    refusal: /more than 10,000 values in one row or outside/,
  },
  { name: 'rows that are numbers', make: (bytes) => rawRow(`${many(bytes, '1,')}1`) },
  {
    name: 'paragraphs of Lexical above the limit',
    make: () => ghost({ posts: [post({ lexical: lexical(...Array<unknown>(20_000).fill(paragraph)) })] }),
    refusal: /the lexical of "A post" cannot be rendered: has more than 200,000 values/,
  },
  {
    name: 'paragraphs of Lexical below the limit',
    make: (bytes) => {
      const count = Math.min(8000, Math.floor(bytes / 100));
      return ghost({ posts: [post({ lexical: lexical(...Array<unknown>(count).fill(paragraph)) })] });
    },
  },
  {
    name: 'levels of Lexical',
    make: () => ghost({ posts: [post({ lexical: `{"root":${'{"children":['.repeat(60)}` })] }),
    refusal: /more than 100 nested levels/,
  },
  {
    name: 'Markdown in a card of Lexical',
    make: (bytes) => ghost({ posts: [post({ lexical: card(many(Math.max(bytes, 200_001), '[')) })] }),
    refusal: /a text that is longer than 200,000 characters/,
  },
  {
    name: 'Markdown below the limit in a card of Lexical',
    make: (bytes) => ghost({ posts: [post({ lexical: card(many(Math.min(bytes, 150_000), '[')) })] }),
  },
  {
    name: 'a Lexical document of nothing that Lexical knows',
    make: () => ghost({ posts: [post({ lexical: '{"root":{"children":[{"type":"__proto__"}]}}' })] }),
  },
  {
    name: 'a card of Mobiledoc that is repeated',
    make: () => {
      const document = mobiledoc(
        [['html', { html: 'x'.repeat(500_000) }]],
        Array<unknown>(50_000).fill([10, 0]),
      );
      return ghost({ posts: [post({ mobiledoc: document })] });
    },
    refusal: /repeats its cards or links so often/,
  },
  {
    name: 'an atom of Mobiledoc that is repeated',
    make: () => {
      const sections = Array<unknown>(10_000).fill([1, 'p', [[1, [], 0, 0]]]);
      const document = {
        version: '0.3.1',
        atoms: [['at', 'x'.repeat(100_000), {}]],
        cards: [],
        markups: [],
        sections,
      };
      return ghost({ posts: [post({ mobiledoc: JSON.stringify(document) })] });
    },
    refusal: /repeats its cards or links so often/,
  },
  {
    name: 'parts of Lexical that all are faulty',
    make: () =>
      ghost({
        posts: [post({ lexical: lexical(...Array<unknown>(5000).fill({ type: 'gallery', images: 5 })) })],
      }),
  },
  {
    name: 'a link of Mobiledoc that is repeated',
    make: () => {
      const link = ['a', ['href', `https://x.example/${'x'.repeat(100_000)}`]];
      const sections = Array<unknown>(10_000).fill([1, 'p', [[0, [0], 1, 'x']]]);
      return ghost({ posts: [post({ mobiledoc: mobiledoc([], sections, [link]) })] });
    },
    refusal: /repeats its cards or links so often/,
  },
  {
    name: 'Mobiledoc that is no document',
    make: () => ghost({ posts: [post({ mobiledoc: '[null]' })] }),
  },
  {
    name: 'a long address of the site in many links',
    make: () =>
      ghost({
        settings: [{ key: 'url', value: `https://x.example/${'x'.repeat(400)}` }],
        posts: [post({ html: '__GHOST_URL__'.repeat(100_000) })],
      }),
    refusal: /would make the body 1,000,000 characters longer/,
  },
  {
    name: 'tags of one post that has many rows',
    make: () =>
      ghost({
        posts_tags: each(1001, (n) => n.toString()).map((tag_id) => ({ post_id: 'p1', tag_id })),
        posts: [post()],
      }),
    refusal: /more than 1,000 rows for one post/,
  },
  {
    name: 'comments of an id that many posts have',
    make: (bytes) =>
      ghost({
        comments: each(Math.floor(bytes / 200), (n) => n.toString()).map((id) => ({
          ...{ id, post_id: 'p1', status: 'published', html: 'x' },
        })),
        posts: each(Math.floor(bytes / 300), (n) => n.toString()).map((n) =>
          post({ uuid: n, slug: `s-${n}` }),
        ),
      }),
  },
  {
    name: 'a picture within the address of an avatar',
    make: (bytes) =>
      ghost({
        users: [{ id: '1', name: 'Ada', profile_image: `data:image/png;base64,${many(bytes, 'A')}` }],
      }),
  },
  {
    name: 'an order that is an object',
    make: () =>
      rawRow('1],"posts_tags":[{"post_id":"p1","tag_id":"t","sort_order":{"valueOf":1,"toString":1}}'),
  },
  {
    name: 'names of methods in every place',
    make: () =>
      `{"__proto__":{"x":1},"constructor":[],"db":[{"data":{"__proto__":[{"id":"1"}],"toString":[{"id":1}],` +
      `"comments":[{"id":"1","post_id":"p1","status":"constructor"}],"members":[{"id":"__proto__","name":"M"}],` +
      `"posts":[{"__proto__":{"title":"x"},"id":"p1","title":"constructor","status":"toString","slug":"__proto__"}]}}]}`,
  },
  {
    name: 'NUL and half a surrogate pair in every place',
    make: () =>
      ghost({
        users: [{ id: '1\0', name: 'A\0\ud800', email: 'a\0@b', bio: '\ud800', website: 'http://x\0' }],
        tags: [{ id: '1', name: 'T\0\udc00', slug: '\0', description: '\0' }],
        posts: [
          post({ title: '\0\ud800', slug: 'a\0b', html: '\0\ud800', uuid: '\0\ud800', custom_excerpt: '\0' }),
        ],
        comments: [{ id: '\ud800', post_id: 'p1', status: 'published', html: '\0' }],
        settings: [{ key: 'url', value: '\0\ud800' }],
      }),
  },
];

const LINE = '{"galley":{"format":1}}';
const END = '{"end":{}}';
const id = (n: number) => `019a2f6e-7d3c-7b1e-9c55-${n.toString(16).padStart(12, '0')}`;
const AT = '2026-01-01T00:00:00Z';
const author = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    author: { id: id(1), name: 'Ada', bio: null, website: null, avatarUrl: null, createdAt: AT, ...fields },
  });
const galleyPost = (fields: Record<string, unknown> = {}) =>
  JSON.stringify({
    post: {
      ...{ id: id(2), type: 'post', slug: 'a', title: 'A', excerpt: null, body: '', bodyFormat: 'html' },
      ...{ status: 'draft', publishedAt: null, scheduledAt: null, createdAt: AT, updatedAt: AT, version: 1 },
      ...{ authorId: id(1), tags: [] },
      ...fields,
    },
  });
const comment = (n: number) =>
  JSON.stringify({
    comment: {
      ...{ id: id(n + 10), postId: id(2), parentId: null, authorId: null, guestName: 'G', body: 'x' },
      ...{ bodyFormat: 'html', status: 'visible', createdAt: AT, updatedAt: AT, version: 1 },
    },
  });
const galley = (...lines: string[]) => [LINE, ...lines, END].join('\n');

const GALLEY: Bomb[] = [
  ...['constructor', '__proto__', 'toString', 'hasOwnProperty', 'valueOf'].map((name) => ({
    name: `a line of the kind ${name}`,
    make: () => galley(`{"${name}":{}}`),
    refusal: new RegExp(`^line 2: "${name}" is not one of galley, author`),
  })),
  {
    name: 'the name of a tag in a line',
    make: () => galley(JSON.stringify({ tag: { name: noise(20_000), slug: 'a', description: null } })),
    refusal: /^line 2: tag.name: must have at most 500 characters/,
  },
  {
    name: 'the name of a tag that no index takes',
    make: () => galley(JSON.stringify({ tag: { name: '\u0958'.repeat(500), slug: 'a', description: null } })),
    refusal: /^line 2: the name of a tag is longer than 2,500 bytes/,
  },
  {
    name: 'an e-mail address in a line',
    make: () => galley(author({ email: `${noise(20_000)}@example.com` })),
    refusal: /^line 2: author.email: must have at most 500 characters/,
  },
  {
    name: 'a website that is none',
    make: () => galley(author({ website: `https://${'x'.repeat(4000)}`, avatarUrl: 'javascript:1' })),
  },
  {
    name: 'a title in a line',
    make: (bytes) => galley(author(), galleyPost({ title: many(bytes, '<a><p>') })),
    refusal: /^line 3: post.title: must have at most 5,000 characters/,
  },
  {
    name: 'tags of a post in a line',
    make: () => galley(author(), galleyPost({ tags: each(1001, (n) => `t${n}`) })),
    refusal: /^line 3: post.tags: must have at most 1,000 tags/,
  },
  {
    name: 'a version that is too large',
    make: () => galley(author(), galleyPost({ version: 2 ** 31 })),
    refusal: /^line 3: post.version/,
  },
  {
    name: 'levels of a line',
    make: (bytes) => galley(`{"post":${many(bytes, '[')}`),
    refusal: /^line 2: has more than 100 nested levels/,
  },
  {
    name: 'values of a line',
    make: (bytes) => galley(`{"post":[${many(bytes, '[],')}1]}`),
    refusal: /^line 2: has more than 10,000 values/,
  },
  {
    name: 'quotes and backslashes in a line',
    make: (bytes) => galley(`{"post":"${many(bytes, '\\\\')}\\"`),
    refusal: /^line 2: invalid JSON/,
  },
  {
    name: 'fields that no line has',
    make: () => galley(`{"tag":{${each(9000, (n) => `"k${n}":1`).join(',')}}}`),
    refusal: /^line 2: tag/,
  },
  { name: 'blank lines', make: (bytes) => galley(many(bytes, '\n')) },
  {
    name: 'comments of one post in lines',
    make: (bytes) => galley(author(), galleyPost(), ...each(Math.floor(bytes / 320), comment)),
  },
  ...[
    ['null', /^line 2: must be an object/],
    ['[]', /^line 2: must be an object/],
    ['{"post":null}', /^line 2: post/],
    ['{"end":1}', /^line 2: end/],
    ['{"author":{"id":{}}}', /^line 2: author/],
    ['{"tag":[]}', /^line 2: tag/],
  ].map(([line, refusal]) => ({
    name: `the line ${String(line)}`,
    make: () => galley(String(line)),
    refusal: refusal as RegExp,
  })),
];

export const BOMBS: Bomb[] = [
  ...WORDPRESS.map((bomb) => ({ ...bomb, name: `WordPress: ${bomb.name}` })),
  ...GHOST.map((bomb) => ({ ...bomb, name: `Ghost: ${bomb.name}` })),
  ...GALLEY.map((bomb) => ({ ...bomb, name: `Galley: ${bomb.name}` })),
];
