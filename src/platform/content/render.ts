import { escapeText } from './attributes.js';
import type { BodyFormat } from './body-format.js';
import { BodyTooComplex, type Excess } from './body-too-complex.js';
import { markdownToHtml } from './markdown.js';
import { plainText } from './plain-text.js';
import { POLICIES } from './policy.js';
import { sanitize } from './sanitize.js';

/** Grows when the output for the same input changes: stored HTML of an older renderer is made again. */
export const RENDERER_VERSION = 2;

/** What is stored beside a body. */
export interface Rendered {
  /** Sanitized: safe to put into a page. */
  html: string;
  /** The beginning as plain text, at most 280 characters; '' when there is none. */
  summary: string;
}

/** How the bodies of one kind are rendered; each feature has its own. */
export interface BodyKind {
  policy: keyof typeof POLICIES;
  /** Otherwise the summary is ''. */
  summarized: boolean;
}

/** Where bodies are rendered: on the spot, or large ones on worker threads beside requests (`Renderer`). */
export interface Rendering {
  render(kind: BodyKind, body: string, format: BodyFormat): Rendered | Promise<Rendered>;
}

/** A body to render, as it is handed to a worker thread. */
export interface RenderTask {
  kind: BodyKind;
  body: string;
  format: BodyFormat;
}

const LINE_ENDS = /\r\n?/g;

/**
 * Renders and sanitizes.
 * @throws BodyTooComplex
 */
export function render({ kind, body, format }: RenderTask): Rendered {
  const source = format === 'markdown' ? markdownToHtml(lines(body)) : body;
  const html = sanitize(source, POLICIES[kind.policy], format === 'markdown');
  return { html, summary: kind.summarized ? summarize(html) : '' };
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

/** On the spot: for a process that does nothing else. */
export const RENDER_HERE: Rendering = { render: (kind, body, format) => render({ kind, body, format }) };

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
