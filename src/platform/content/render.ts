import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

/** Grows when the output for the same input changes: stored HTML of an older renderer is made again. */
export const RENDERER_VERSION = 1;

export type BodyFormat = 'markdown' | 'html';

const SUMMARY_CHARACTERS = 280;

const markdown = new MarkdownIt({ html: true, linkify: true, maxNesting: 50 });

const COMMON = ['href', 'title', 'id', 'lang', 'dir'];

/** Classes that WordPress, Ghost and highlighters give meaning to; any other could dress text up as the page around it. */
const CLASSES = [
  'wp-*',
  'kg-*',
  'align*',
  'size-*',
  'has-*',
  'is-*',
  'gallery*',
  'caption*',
  'footnote*',
  'language-*',
  'lang-*',
  'hljs*',
  'more-link',
];

/** Keeps names in a body from shadowing those of the page that shows it (DOM clobbering). */
const NAMESPACE = 'user-content-';

/** What publishing needs and nothing that runs: no script, style, form, event or foreign frame. */
const POLICY: sanitizeHtml.IOptions = {
  allowedTags: [
    ...sanitizeHtml.defaults.allowedTags,
    ...[
      'img',
      'picture',
      'source',
      'figure',
      'figcaption',
      'video',
      'audio',
      'track',
      'del',
      'ins',
      'details',
      'summary',
      'h1',
      'center',
    ],
  ],
  allowedAttributes: {
    '*': COMMON,
    a: [...COMMON, 'rel', 'target'],
    img: ['src', 'srcset', 'sizes', 'alt', 'title', 'width', 'height', 'loading'],
    source: ['src', 'srcset', 'sizes', 'type', 'media'],
    video: ['src', 'poster', 'controls', 'width', 'height', 'preload', 'loop', 'muted'],
    audio: ['src', 'controls', 'preload', 'loop'],
    track: ['src', 'kind', 'srclang', 'label'],
    td: [...COMMON, 'colspan', 'rowspan', 'align'],
    th: [...COMMON, 'colspan', 'rowspan', 'align', 'scope'],
    ol: [...COMMON, 'start', 'reversed', 'type'],
    blockquote: [...COMMON, 'cite'],
    time: ['datetime'],
    details: ['open'],
  },
  allowedSchemes: ['http', 'https', 'mailto', 'tel'],
  selfClosing: ['img', 'br', 'hr', 'source', 'track'],
  allowProtocolRelative: false,
  enforceHtmlBoundary: false,
  nestingLimit: 200,
  allowedClasses: { '*': CLASSES },
  transformTags: {
    '*': (tagName, attribs) => ({
      tagName,
      attribs: attribs.id ? { ...attribs, id: `${NAMESPACE}${attribs.id}` } : attribs,
    }),
    a: (tagName, attribs) => ({
      tagName,
      attribs: {
        ...attribs,
        ...(attribs.href?.startsWith('#') && { href: `#${NAMESPACE}${attribs.href.slice(1)}` }),
        ...(attribs.target && { rel: 'noopener noreferrer' }),
      },
    }),
  },
};

/** Comments: text, links, lists, quotes and code; no pictures, no headings, and links earn nothing. */
const COMMENT_POLICY: sanitizeHtml.IOptions = {
  allowedTags: [
    'p',
    'br',
    'a',
    'em',
    'strong',
    'b',
    'i',
    'del',
    'code',
    'pre',
    'blockquote',
    'ul',
    'ol',
    'li',
  ],
  allowedAttributes: { a: ['href', 'rel'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  nestingLimit: 50,
  transformTags: { a: sanitizeHtml.simpleTransform('a', { rel: 'nofollow ugc noopener' }) },
};

const toHtml = (body: string, format: BodyFormat) => (format === 'markdown' ? markdown.render(body) : body);

/** What is stored beside a body. */
export interface Rendered {
  /** Sanitized: safe to put into a page. */
  html: string;
  /** The beginning as plain text, at most 280 characters; '' when there is none. */
  summary: string;
}

/** Where bodies are rendered: on the spot, or on worker threads beside requests (`Renderer`). */
export interface Rendering {
  post(body: string, format: BodyFormat): Rendered | Promise<Rendered>;
  comment(body: string, format: BodyFormat): string | Promise<string>;
}

/** HTML of a post's body. */
export function renderPost(body: string, format: BodyFormat): Rendered {
  const html = sanitizeHtml(toHtml(body, format), POLICY);
  return { html, summary: summarize(html) };
}

/** HTML of a comment: Markdown, or what an import brought. */
export const renderComment = (body: string, format: BodyFormat = 'markdown'): string =>
  sanitizeHtml(toHtml(body, format), COMMENT_POLICY);

/** On the spot and without a deadline: for a process that does nothing else. */
export const RENDER_HERE: Rendering = { post: renderPost, comment: renderComment };

/** Enough of the page for a summary; the rest is not looked at. */
const SUMMARY_SOURCE = 20_000;

const ENTITIES: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"' };

function summarize(html: string): string {
  const text = sanitizeHtml(html.slice(0, SUMMARY_SOURCE).replace(/></g, '> <'), {
    allowedTags: [],
    allowedAttributes: {},
  })
    .replace(/&(?:amp|lt|gt|quot);/g, (entity) => ENTITIES[entity] as string)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = [...text.slice(0, SUMMARY_CHARACTERS * 2)];
  if (characters.length <= SUMMARY_CHARACTERS) return text;
  return `${characters
    .slice(0, SUMMARY_CHARACTERS)
    .join('')
    .replace(/\s+\S*$/, '')}…`;
}
