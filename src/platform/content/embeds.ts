import { escapeAttribute, escapeText } from './attributes.js';
import { playersOf } from './embed-players.js';
import type { EmbedProviders } from './embed-providers.js';
import { note } from './note.js';

/** The frame of another site, as HTML or a shortcode describes it. */
export interface Embed {
  address: string;
  width?: string;
  height?: string;
  title?: string;
}

/** Providers require scripts, their own storage, and new windows for their own site. A frame cannot replace its page. */
const SANDBOX =
  'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox allow-presentation';
const SIZE = /^\d{1,4}%?$/;
/** The base of relative addresses. No provider has this host. */
const HERE = 'https://here.invalid';

/** Returns a frame if one of the providers serves the address or its player, and otherwise undefined. */
export function frameOf(embed: Embed, providers: EmbedProviders): string | undefined {
  const url = frameAddress(embed.address, providers);
  if (!url) return undefined;
  const { width = '', height = '', title = '' } = embed;
  const size =
    (SIZE.test(width) ? ` width="${width}"` : '') + (SIZE.test(height) ? ` height="${height}"` : '');
  const name = escapeAttribute(title.trim() || `Embedded content from ${url.hostname}`);
  return (
    `<iframe src="${escapeAttribute(url.href)}"${size} title="${name}" loading="lazy" ` +
    `referrerpolicy="strict-origin-when-cross-origin" sandbox="${SANDBOX}" allowfullscreen></iframe>`
  );
}

function frameAddress(address: string, providers: EmbedProviders): URL | undefined {
  const url = parse(address);
  if (!url) return undefined;
  if (url.protocol === 'http:') url.protocol = 'https:';
  if (url.username || url.password || url.port) return undefined;
  if (providers.allow(url)) return url;
  return playersOf(url)
    .map((player) => new URL(player))
    .find((player) => providers.allow(player));
}

/**
 * Returns the address of the link that replaces a frame, without user names, which could look like a host. Returns
 * undefined if no link can lead there.
 */
export function linkAddress(address: string): string | undefined {
  const url = parse(address);
  if (!url) return undefined;
  url.username = '';
  url.password = '';
  return url.origin === HERE ? url.href.slice(HERE.length) : url.href;
}

/** A note for the report of an import. */
export function replacedByLink(address: string): string {
  const host = parse(address)?.host ?? '';
  return `https://${host}` === HERE
    ? 'an embed of the site itself was replaced by a link'
    : note`an embed of ${host} was replaced by a link`;
}

/** A link with its address as text. The sanitizer adds `rel`. */
export const linkTo = (href: string): string => `<a href="${escapeAttribute(href)}">${escapeText(href)}</a>`;

function parse(address: string): URL | undefined {
  const url = URL.canParse(address, HERE) ? new URL(address, HERE) : undefined;
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url : undefined;
}
