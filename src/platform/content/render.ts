import { escapeText } from './attributes.js';
import type { BodyDialect } from './body-dialect.js';
import type { BodyContext, FileNeeds } from './body-context.js';
import type { BodyFormat } from './body-format.js';
import { BodyTooComplex, type Excess } from './body-too-complex.js';
import { EmbedProviders } from './embed-providers.js';
import { relinked } from './links.js';
import { markdownToHtml } from './markdown.js';
import { plainText } from './plain-text.js';
import { POLICIES } from './policy.js';
import { sanitize } from './sanitize.js';
import { shorten } from './shorten.js';
import { formatWordPress, formatWordPressComment } from './wordpress/format-wordpress.js';

/** Increases if the output for the same input changes. HTML of an older renderer is then rendered again. */
export const RENDERER_VERSION = 5;

/** The result that is stored with a body. */
export interface Rendered {
  /** Sanitized HTML, which is safe in a page. */
  html: string;
  /** The beginning as plain text, at most 280 characters, or '' if there is no text. */
  summary: string;
}

/** The result for an import, which reports what the HTML does not show. */
export interface RenderedWithNotes extends Rendered {
  notes: string[];
  /** The files to which the body refers and that its context does not contain. */
  needs?: FileNeeds;
}

/** A body as it is stored. */
export interface BodySource {
  body: string;
  format: BodyFormat;
  dialect?: BodyDialect | null;
  context?: BodyContext | null;
}

/** Defines how the bodies of one kind are rendered. Each feature has its own. */
export interface BodyKind {
  policy: keyof typeof POLICIES;
  /** If false, the summary is ''. */
  summarized: boolean;
}

/** Renders bodies: on the event loop, or large ones on worker threads (`Renderer`). */
export interface Rendering {
  render(kind: BodyKind, source: BodySource): RenderedWithNotes | Promise<RenderedWithNotes>;
}

/** A body to render, in the form that a worker thread receives. */
export interface RenderTask extends BodySource {
  kind: BodyKind;
  /** The setting EMBED_PROVIDERS. If absent, all frames become links. */
  providers?: readonly string[];
}

const LINE_ENDS = /\r\n?/g;

/**
 * Renders and sanitizes a body.
 * @throws BodyTooComplex
 */
export function render(task: RenderTask): RenderedWithNotes {
  const notes = new Set<string>();
  const needs: FileNeeds = { files: [], posts: [] };
  const providers = EmbedProviders.of(task.providers ?? NONE);
  const sanitized = sanitize(sourceHtml(task, providers, notes, needs), POLICIES[task.kind.policy], {
    isFromMarkdown: task.format === 'markdown',
    hasAddresses: task.format === 'markdown' || isComment(task),
    providers,
    notes,
  });
  const html = relinked(sanitized, task.context?.links);
  const summary = task.kind.summarized ? summarize(html) : '';
  const rendered = { html, summary, notes: [...notes].slice(0, MOST_NOTES) };
  return needs.files.length + needs.posts.length > 0 ? { ...rendered, needs } : rendered;
}

const NONE: readonly string[] = [];
const MOST_NOTES = 20;

function sourceHtml(
  { kind, body, format, dialect, context }: RenderTask,
  providers: EmbedProviders,
  notes: Set<string>,
  needs: FileNeeds,
): string {
  if (format === 'markdown') return markdownToHtml(lines(body));
  if (dialect !== 'wordpress') return body;
  return isComment({ kind, dialect })
    ? formatWordPressComment(body)
    : formatWordPress(body, { providers, notes, needs, context: context ?? {} });
}

/** WordPress turns the addresses in comments into links. */
const isComment = ({ kind, dialect }: Pick<RenderTask, 'kind' | 'dialect'>) =>
  dialect === 'wordpress' && kind.policy === 'plain';

const lines = (body: string) => (body.includes('\r') ? body.replace(LINE_ENDS, '\n') : body);

/** Like `render`, for another thread, because an error would lose its class on the way. */
export function tryToRender(task: RenderTask): RenderedWithNotes | Excess {
  try {
    return render(task);
  } catch (error) {
    if (error instanceof BodyTooComplex) return error.excess;
    throw error;
  }
}

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
