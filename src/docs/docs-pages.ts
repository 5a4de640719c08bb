import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import { knownProblems } from '../platform/http/problem-catalogue.js';

/** Only our own files; `style-src` allows the style attributes that Swagger UI sets, and nothing inline that runs. */
export const DOCS_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/"/g, '&quot;');

const html = (title: string, head: string, body: string) =>
  `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>
<link rel="icon" type="image/png" href="/docs/assets/favicon-32x32.png">${head}</head>
<body>${body}</body>
</html>
`;

/** What the docs routes answer with. */
@Injectable()
export class DocsPages {
  private json = '{}';

  /** The finished document; set once the app is complete. */
  publish(document: OpenAPIObject): void {
    this.json = JSON.stringify(document);
  }

  openApiJson(): string {
    return this.json;
  }

  explorer(): string {
    const style = '<link rel="stylesheet" href="/docs/assets/swagger-ui.css">';
    const scripts =
      '<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>';
    return html('Galley API', style, `<div id="swagger-ui"></div>${scripts}`);
  }

  script(): string {
    return `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  persistAuthorization: true,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  docExpansion: 'list',
  validatorUrl: null,
});
`;
  }

  /** Where the \`type\` of a problem document leads. */
  problems(): string {
    const rows = knownProblems().map(
      ({ code, status, title }) =>
        `<tr id="${code}"><td><code>${code}</code></td><td>${status}</td><td>${escape(title)}</td></tr>`,
    );
    return html(
      'Galley problems',
      '',
      `<h1>Problems</h1><table><tr><th>code</th><th>status</th><th>meaning</th></tr>${rows.join('')}</table>`,
    );
  }
}
