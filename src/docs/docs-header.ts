import { escapeText } from '../platform/content/attributes.js';

const LINKS = [
  ['/', 'Home'],
  ['/docs', 'API reference'],
  ['/docs/guide', 'Guide'],
  ['/docs/problems', 'Error codes'],
  ['/openapi.json', 'OpenAPI document'],
];

export const DOCS_ICON = '/docs/assets/favicon-32x32.png';
/** The stylesheet of the header. */
export const HEADER_STYLE = '/docs/page/bar.css';

/**
 * Returns the header of all pages of the documentation.
 * @param more HTML that follows the links
 */
export const docsHeader = (version: string, more = ''): string =>
  `<header class="bar">
<strong><a href="/docs">Galley API</a></strong> <span class="version">version ${escapeText(version)}</span>
<nav aria-label="Documentation">${LINKS.map(([href, text]) => `<a href="${href}">${text}</a>`).join('')}</nav>
${more}</header>`;
