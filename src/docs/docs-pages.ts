import { Injectable } from '@nestjs/common';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { OpenApiVersion } from '../platform/http/contract/openapi-examples.js';
import { htmlPage, PAGE_STYLE } from '../platform/http/answers/html-page.js';
import { knownProblems } from '../platform/http/problems/problem-catalogue.js';
import { problemsPage } from './problems-page.js';

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
`;

/** The responses of the documentation routes. */
@Injectable()
export class DocsPages {
  readonly script = SCRIPT;
  readonly style = STYLE + PAGE_STYLE;
  private readonly documents = new Map<OpenApiVersion, string>();
  private problemsText = '';

  /** Sets the document of a version. It is called when the app is complete. */
  publish(version: OpenApiVersion, document: OpenAPIObject): void {
    this.documents.set(version, JSON.stringify(document));
    this.problemsText = problemsPage(knownProblems(), document);
  }

  openApiJson(version: OpenApiVersion): string {
    return this.documents.get(version) ?? '{}';
  }

  explorer(): string {
    const scripts =
      '<script src="/docs/assets/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script>';
    return htmlPage({
      title: 'Galley API',
      stylesheets: ['/docs/assets/swagger-ui.css', '/docs/style.css'],
      icon: '/docs/assets/favicon-32x32.png',
      body: `<div id="swagger-ui"></div>${scripts}`,
    });
  }

  /** The page to which the `type` of a problem document points. */
  problems(): string {
    return this.problemsText;
  }
}
