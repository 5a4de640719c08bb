import MarkdownIt from 'markdown-it';

/** The part of simple-dom that cards require. */
interface Dom {
  createTextNode(text: string): unknown;
  createElement(name: string): unknown;
  createRawHTMLSection(html: string): unknown;
}

export interface CardArgument {
  env: { name: string; dom: Dom };
  payload: Record<string, unknown>;
}

export interface AtomArgument {
  env: { name: string; dom: Dom };
  value: unknown;
}

interface Card {
  name: string;
  type: 'dom';
  render(card: CardArgument): unknown;
}

const markdown = new MarkdownIt({ html: true, linkify: true, maxNesting: 50 });

/** The cards with their own text or one medium. The renderer contains no cards. */
export const CARDS: Card[] = [
  card('html', ({ html }) => string(html)),
  card('email', () => ''),
  card('markdown', ({ markdown: text }) => markdown.render(string(text))),
  card('card-markdown', ({ markdown: text }) => markdown.render(string(text))),
  card('hr', () => '<hr>'),
  card('code', ({ code, language }) => codeBlock(string(code), string(language))),
  card('image', (payload) => figure(image(payload), payload)),
  card('gallery', (payload) => figure(images(payload).map(image).join(''), payload)),
  card('embed', (payload) => figure(string(payload['html']) || link(payload), payload)),
  card('bookmark', (payload) => figure(link(payload), payload)),
  card('callout', ({ calloutText }) => `<div>${string(calloutText)}</div>`),
  card('toggle', ({ heading, content }) => `<h4>${string(heading)}</h4>${string(content)}`),
];

export const SOFT_RETURN: Card = {
  name: 'soft-return',
  type: 'dom',
  render: ({ env }) => env.dom.createElement('br'),
};

function card(name: string, html: (payload: Record<string, unknown>) => string): Card {
  return {
    name,
    type: 'dom',
    render: ({ env, payload }) => env.dom.createRawHTMLSection(html(payload ?? {})),
  };
}

function codeBlock(code: string, language: string): string {
  const attribute = language ? ` class="language-${escaped(language)}"` : '';
  return `<pre><code${attribute}>${escaped(code)}</code></pre>`;
}

function image(payload: Record<string, unknown>): string {
  return `<img src="${escaped(string(payload['src']))}" alt="${escaped(string(payload['alt']))}">`;
}

function images(payload: Record<string, unknown>): Record<string, unknown>[] {
  return Array.isArray(payload['images']) ? (payload['images'] as Record<string, unknown>[]) : [];
}

function link(payload: Record<string, unknown>): string {
  const url = string(payload['url']);
  const metadata = (payload['metadata'] ?? {}) as Record<string, unknown>;
  return `<a href="${escaped(url)}">${escaped(string(metadata['title']) || url)}</a>`;
}

/** In Ghost, a caption is HTML. */
function figure(content: string, { caption }: Record<string, unknown>): string {
  return `<figure>${content}${caption ? `<figcaption>${string(caption)}</figcaption>` : ''}</figure>`;
}

function string(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function escaped(text: string): string {
  return markdown.utils.escapeHtml(text);
}
