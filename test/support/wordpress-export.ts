export interface ExportSize {
  /** Stops after the post with which the export has at least this length. */
  bytes?: number;
  posts?: number;
  /** The default is 10. */
  authors?: number;
  /** The default is 100. */
  tags?: number;
  /** The number per post. The default is 2. */
  comments?: number;
}

const WORDS =
  'galley proof type ink press margin column folio quire réglet Überschrift наборщик 活字 sheet'.split(' ');

/**
 * Yields a WordPress export (WXR 1.2) of any size. The text is the same for the same size. Of every 20 posts, 15
 * are published and one each is scheduled (far in the future), a draft, pending, private and password-protected.
 * Every tenth is a page.
 */
export function* wordpressExport({
  bytes = Infinity,
  posts = bytes === Infinity ? 100 : Infinity,
  authors = 10,
  tags = 100,
  comments = 2,
}: ExportSize): Generator<string, void, void> {
  let length = 0;
  const counted = (text: string) => {
    length += Buffer.byteLength(text);
    return text;
  };
  yield counted(head(authors, tags));
  for (let id = 1; id <= posts && length < bytes; id += 1) yield counted(item(id, authors, tags, comments));
  yield '</channel>\n</rss>\n';
}

function head(authors: number, tags: number): string {
  return `<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0"
  xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/"
  xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel>
<title>Generated</title>
<link>https://generated.example</link>
<wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://generated.example</wp:base_site_url>
<wp:base_blog_url>https://generated.example</wp:base_blog_url>
${times(authors, author)}${times(tags, tag)}`;
}

function author(n: number): string {
  return `<wp:author><wp:author_id>${n}</wp:author_id><wp:author_login><![CDATA[author${n}]]></wp:author_login><wp:author_email><![CDATA[author${n}@generated.example]]></wp:author_email><wp:author_display_name><![CDATA[Author ${n}]]></wp:author_display_name></wp:author>\n`;
}

function tag(n: number): string {
  return `<wp:tag><wp:term_id>${n}</wp:term_id><wp:tag_slug>tag-${n}</wp:tag_slug><wp:tag_name><![CDATA[Tag ${n}]]></wp:tag_name></wp:tag>\n`;
}

const STATUSES = ['future', 'draft', 'pending', 'private'];

function item(id: number, authors: number, tags: number, comments: number): string {
  const status = STATUSES[(id % 20) - 1] ?? 'publish';
  const date = status === 'future' ? '2999-01-01 00:00:00' : day(id);
  return `<item>
<title><![CDATA[${sentence(id, 5)} ${id}]]></title>
<dc:creator><![CDATA[author${1 + (id % authors)}]]></dc:creator>
<content:encoded><![CDATA[${body(id)}]]></content:encoded>
<excerpt:encoded><![CDATA[]]></excerpt:encoded>
<wp:post_id>${id}</wp:post_id>
<wp:post_date>${date}</wp:post_date>
<wp:post_date_gmt>${date}</wp:post_date_gmt>
<wp:post_modified_gmt>${day(id)}</wp:post_modified_gmt>
<wp:post_name>post-${id}</wp:post_name>
<wp:status>${status}</wp:status>
<wp:post_type>${id % 10 === 0 ? 'page' : 'post'}</wp:post_type>
<wp:post_password>${id % 20 === 5 ? 'secret' : ''}</wp:post_password>
${times(Math.min(3, tags), (n) => term(1 + ((id + n) % tags)))}${times(comments, (n) => comment(id * 1000 + n, n))}</item>
`;
}

function term(n: number): string {
  return `<category domain="post_tag" nicename="tag-${n}"><![CDATA[Tag ${n}]]></category>\n`;
}

/** Every comment but the first one replies to the previous one. */
function comment(id: number, n: number): string {
  return `<wp:comment><wp:comment_id>${id}</wp:comment_id><wp:comment_author><![CDATA[Guest ${n}]]></wp:comment_author><wp:comment_date_gmt>${day(id)}</wp:comment_date_gmt><wp:comment_content><![CDATA[${sentence(id, 20)}]]></wp:comment_content><wp:comment_approved>1</wp:comment_approved><wp:comment_type>comment</wp:comment_type><wp:comment_parent>${n > 1 ? id - 1 : 0}</wp:comment_parent></wp:comment>\n`;
}

/** 2 to 12 KB. */
function body(id: number): string {
  return times(10 + (id % 50), (n) => `<!-- wp:paragraph --><p>${sentence(id + n, 24)}.</p>\n`);
}

function sentence(seed: number, words: number): string {
  return Array.from({ length: words }, (_, n) => WORDS[(seed * 7 + n * 5) % WORDS.length]).join(' ');
}

/** A second of the years 2000 to 2009. */
function day(n: number): string {
  const date = new Date(Date.UTC(2000, 0, 1) + (n % 315_000_000) * 1000);
  return date.toISOString().slice(0, 19).replace('T', ' ');
}

function times(count: number, text: (n: number) => string): string {
  return Array.from({ length: count }, (_, n) => text(n + 1)).join('');
}
