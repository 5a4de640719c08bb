import { escapeText } from './attributes.js';
import { BodyTooComplex, type Excess } from './body-too-complex.js';
import { markdownToHtml } from './markdown.js';
import { plainText } from './plain-text.js';
import { COMMENT_POLICY, POST_POLICY } from './policy.js';
import { sanitize } from './sanitize.js';

/** Grows when the output for the same input changes: stored HTML of an older renderer is made again. */
export const RENDERER_VERSION = 2;

export type BodyFormat = 'markdown' | 'html';

/** What is stored beside a body. */
export interface Rendered {
  /** Sanitized: safe to put into a page. */
  html: string;
  /** The beginning as plain text, at most 280 characters; '' when there is none. */
  summary: string;
}

/** Where bodies are rendered: on the spot, or large ones on worker threads beside requests (`Renderer`). */
export interface Rendering {
  post(body: string, format: BodyFormat): Rendered | Promise<Rendered>;
  comment(body: string, format: BodyFormat): string | Promise<string>;
}

/** A body to render, as it is handed to a worker thread. A comment has no summary. */
export interface RenderTask {
  kind: 'post' | 'comment';
  body: string;
  format: BodyFormat;
}

const LINE_ENDS = /\r\n?/g;

/**
 * Renders and sanitizes.
 * @throws BodyTooComplex
 */
export function render({ kind, body, format }: RenderTask): Rendered {
  const policy = kind === 'post' ? POST_POLICY : COMMENT_POLICY;
  const source = format === 'markdown' ? markdownToHtml(lines(body)) : body;
  const html = sanitize(source, policy, format === 'markdown');
  return { html, summary: kind === 'post' ? summarize(html) : '' };
}

const lines = (body: string) => (body.includes('\r') ? body.replace(LINE_ENDS, '\n') : body);

/** The same for another thread, to which an error would come without its class. */
export function tryToRender(task: RenderTask): Rendered | Excess {
  try {
    return render(task);
  } catch (error) {
    if (error instanceof BodyTooComplex) return error.excess;
    throw error;
  }
}

/** HTML of a post's body. */
export const renderPost = (body: string, format: BodyFormat): Rendered =>
  render({ kind: 'post', body, format });

/** HTML of a comment: Markdown, or what an import brought. */
export const renderComment = (body: string, format: BodyFormat = 'markdown'): string =>
  render({ kind: 'comment', body, format }).html;

/** On the spot: for a process that does nothing else. */
export const RENDER_HERE: Rendering = { post: renderPost, comment: renderComment };

/** What stands for a stored body that a limit of today refuses: its source, as text. */
export function renderSource(body: string): Rendered {
  return { html: `<pre>${escapeText(body)}</pre>`, summary: shorten(body.replace(/\s+/g, ' ').trim()) };
}

const SUMMARY_CHARACTERS = 280;
/** Enough of most pages for a summary, and of one that starts with much markup; the rest is not looked at. */
const SUMMARY_SOURCES = [2_000, 20_000];

function summarize(html: string): string {
  let text = '';
  for (const characters of SUMMARY_SOURCES) {
    text = plainText(html.slice(0, characters));
    if (text.length > SUMMARY_CHARACTERS * 2 || html.length <= characters) break;
  }
  return shorten(text);
}

function shorten(text: string): string {
  const characters = [...text.slice(0, SUMMARY_CHARACTERS * 2)];
  if (characters.length <= SUMMARY_CHARACTERS) return text;
  return `${characters
    .slice(0, SUMMARY_CHARACTERS)
    .join('')
    .replace(/\s+\S*$/, '')}…`;
}
