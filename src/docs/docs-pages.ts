import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { OpenApiVersion } from '../platform/http/contract/openapi-examples.js';
import { knownProblems } from '../platform/http/problems/problem-catalogue.js';

/**
 * Allows only files of this server and nothing inline. Swagger UI sets styles through the DOM, which requires no
 * policy.
 */
export const DOCS_POLICY = [
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

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

const html = (title: string, stylesheets: string[], body: string) =>
  `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">
${stylesheets.map((href) => `<link rel="stylesheet" href="${href}">`).join('\n')}
</head>
<body>${body}</body>
</html>
`;

const SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  plugins: [
    // Swagger UI has no field for UUIDs and logs a warning for each one, so they are shown as text.
    ({ React, getComponent }) => ({
      components: {
        JsonSchema_string_uuid: (props) => React.createElement(getComponent('JsonSchema_string'), props),
      },
    }),
  ],
});
`;

/**
 * Shows one line for each problem of an operation. All problems have the same format, and /docs/problems explains
 * the codes.
 */
const STYLE = `.swagger-ui .responses-table:not(.live-responses-table) .response:is([data-code^="4"], [data-code^="5"])
  :is(.response-controls, .model-example, .examples-select) { display: none; }
.swagger-ui .responses-table:not(.live-responses-table) .response:is([data-code^="4"], [data-code^="5"])
  td { padding-top: 2px; }
.problems { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
.problems table { border-collapse: collapse; width: 100%; }
.problems th, .problems td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid #ddd; }
.problems tr:target { background: #fff6d6; }
`;

/** The responses of the documentation routes. */
@Injectable()
export class DocsPages {
  readonly script = SCRIPT;
  readonly style = STYLE;
  private readonly documents = new Map<OpenApiVersion, string>();

  /** Sets the document of a version. It is called when the app is complete. */
  publish(version: OpenApiVersion, document: OpenAPIObject): void {
    this.documents.set(version, JSON.stringify(document));
  }

  openApiJson(version: OpenApiVersion): string {
    return this.documents.get(version) ?? '{}';
  }

  explorer(): string {
    const scripts =
      '<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>';
    return html(
      'Galley API',
      ['/docs/assets/swagger-ui.css', '/docs/style.css'],
      `<div id="swagger-ui"></div>${scripts}`,
    );
  }

  /** The page to which the `type` of a problem document points. */
  problems(): string {
    const rows = knownProblems().map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
    );
    return html(
      'Galley problems',
      ['/docs/style.css'],
      `<main class="problems"><h1>Problems</h1>
<p>Every error response is an RFC 9457 problem document. Its <code>code</code> is one of the following. The meaning of a code never changes.</p>
<table><tr><th>code</th><th>status</th><th>meaning</th></tr>
${rows.join('\n')}
</table></main>`,
    );
  }
}
