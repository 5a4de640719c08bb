import { escapeText } from '../../content/attributes.js';

/**
 * The Content-Security-Policy of all pages. It permits only files of this server, and no inline scripts or styles.
 * Swagger UI sets its styles through the DOM, which the policy does not restrict.
 */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The style sheet of pages whose body has the class `page`. It follows the color scheme of the system. */
export const PAGE_STYLE = `.page { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ddd; --mark: #fff6d6; --code: #f3f3f3; --link: #0b57d0; }
@media (prefers-color-scheme: dark) {
  .page { --ink: #e4e4e4; --paper: #17191d; --line: #3b4048; --mark: #4d4217; --code: #24272d; --link: #8ab4f8; }
}
body.page { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; }
.page main { max-width: 64rem; margin: 2rem auto; padding: 0 1rem; }
.page a { color: var(--link); }
.page code, .page pre { background: var(--code); border-radius: 3px; font: .9em/1.5 ui-monospace, monospace; }
.page code { padding: .1em .3em; overflow-wrap: anywhere; }
.page pre { padding: .8rem 1rem; overflow-x: auto; }
.page pre code { padding: 0; font-size: inherit; }
.page td:first-child code { white-space: nowrap; }
.page table { border-collapse: collapse; width: 100%; }
.page th, .page td { text-align: left; vertical-align: top; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid var(--line); }
.page tr:target { background: var(--mark); }
@media (max-width: 40rem) {
  .page table, .page tbody, .page tr, .page td { display: block; }
  .page th { display: none; }
  .page td { border: 0; padding: .1rem 0; }
  .page tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
}
`;

export interface PageParts {
  /** Plain text. */
  title: string;
  /** The paths of the style sheets on this server. */
  stylesheets: string[];
  /** The path of the icon on this server. The default is none. */
  icon?: string;
  /** The class of the body: `page` for a page of text. */
  kind?: string;
  /** The HTML of the body. Texts in it must be escaped. */
  body: string;
}

/** Returns the HTML document of a page. */
export const htmlPage = ({ title, stylesheets, icon = 'data:,', kind, body }: PageParts): string =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeText(title)}</title>
<link rel="icon" href="${icon}">
${stylesheets.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n')}
</head>
<body${kind ? ` class="${kind}"` : ''}>${body}</body>
</html>
`;
