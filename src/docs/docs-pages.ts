import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { OpenAPIObject } from '@nestjs/swagger';
import { processSettings } from '../platform/config/process.settings.js';
import type { OpenApiVersion } from '../platform/http/contract/openapi-examples.js';
import { PAGE_STYLE } from '../platform/http/answers/html-page.js';
import { knownProblems } from '../platform/http/problems/problem-catalogue.js';
import { explorerPage } from './explorer-page.js';
import { problemsPage } from './problems-page.js';

/** The responses of the documentation routes. */
@Injectable()
export class DocsPages {
  readonly style = PAGE_STYLE;
  private readonly documents = new Map<OpenApiVersion, string>();
  private problemsText = '';

  constructor(@Inject(processSettings.KEY) private readonly config: ConfigType<typeof processSettings>) {}

  /** Sets the document of a version. It is called when the app is complete. */
  publish(version: OpenApiVersion, document: OpenAPIObject): void {
    this.documents.set(version, JSON.stringify(document));
    this.problemsText = problemsPage(knownProblems(), document);
  }

  openApiJson(version: OpenApiVersion): string {
    return this.documents.get(version) ?? '{}';
  }

  explorer(): string {
    return explorerPage(this.config.APP_VERSION);
  }

  /** The page to which the `type` of a problem document points. */
  problems(): string {
    return this.problemsText;
  }
}
