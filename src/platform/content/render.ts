import { escapeText } from './attributes.js';
import type { BodyFormat } from './body-format.js';
import { BodyTooComplex, type Excess } from './body-too-complex.js';
import { markdownToHtml } from './markdown.js';
import { plainText } from './plain-text.js';
import { POLICIES } from './policy.js';
import { sanitize } from './sanitize.js';
import { shorten } from './shorten.js';

/** Increases if the output for the same input changes. HTML of an older renderer is then rendered again. */
export const RENDERER_VERSION = 3;

/** The result that is stored with a body. */
export interface Rendered {
  /** Sanitized HTML, which is safe in a page. */
  html: string;
  /** The beginning as plain text, at most 280 characters, or '' if there is no text. */
  summary: string;
}

/** Defines how the bodies of one kind are rendered. Each feature has its own. */
export interface BodyKind {
  policy: keyof typeof POLICIES;
  /** If false, the summary is ''. */
  summarized: boolean;
}

/** Renders bodies: on the event loop, or large ones on worker threads (`Renderer`). */
export interface Rendering {
  render(kind: BodyKind, body: string, format: BodyFormat): Rendered | Promise<Rendered>;
}

/** A body to render, in the form that a worker thread receives. */
export interface RenderTask {
  kind: BodyKind;
  body: string;
  format: BodyFormat;
}

const LINE_ENDS = /\r\n?/g;

/**
 * Renders and sanitizes a body.
 * @throws BodyTooComplex
 */
export function render({ kind, body, format }: RenderTask): Rendered {
  const source = format === 'markdown' ? markdownToHtml(lines(body)) : body;
  const html = sanitize(source, POLICIES[kind.policy], format === 'markdown');
  return { html, summary: kind.summarized ? summarize(html) : '' };
}

const lines = (body: string) => (body.includes('\r') ? body.replace(LINE_ENDS, '\n') : body);

/** Like `render`, for another thread, because an error would lose its class on the way. */
export function tryToRender(task: RenderTask): Rendered | Excess {
  try {
    return render(task);
  } catch (error) {
    if (error instanceof BodyTooComplex) return error.excess;
    throw error;
  }
}

/** Renders on the event loop, for a process that does nothing else. */
export const RENDER_HERE: Rendering = { render: (kind, body, format) => render({ kind, body, format }) };

/** The replacement for a stored body that exceeds a newer limit: its source as text. */
export function renderSource(body: string): Rendered {
  return { html: `<pre>${escapeText(body)}</pre>`, summary: shorten(body.replace(/\s+/g, ' ').trim()) };
}

/** The summary of a text of this length does not depend on what follows. */
const ENOUGH_TEXT = 700;
/**
 * The first length is sufficient for the summary of most pages, and the second one for pages that start with much
 * markup. The rest is not read.
 */
const SUMMARY_SOURCES = [2_000, 20_000];

function summarize(html: string): string {
  let text = '';
  for (const characters of SUMMARY_SOURCES) {
    text = plainText(html.slice(0, characters));
    if (text.length > ENOUGH_TEXT || html.length <= characters) break;
  }
  return shorten(text);
}
