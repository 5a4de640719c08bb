import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { OpenAPIObject } from '@nestjs/swagger';
import { processSettings } from '../platform/config/process.settings.js';
import type { OpenApiVersion } from '../platform/http/contract/openapi-examples.js';
import { PAGE_STYLE } from '../platform/http/answers/html-page.js';
import { knownProblems } from '../platform/http/problems/problem-catalogue.js';
import { type Chapter, readGuide } from './guide.js';
import { guidePage } from './guide-page.js';
import { explorerPage } from './explorer-page.js';
import { problemsPage } from './problems-page.js';

/** The responses of the documentation routes. */
@Injectable()
export class DocsPages {
  readonly style = PAGE_STYLE;
  private readonly documents = new Map<OpenApiVersion, string>();
  private problemsText = '';
  private chapters: Chapter[] | undefined;
  /** The pages of the guide that somebody has read. */
  private readonly guidePages = new Map<string, string>();

  constructor(@Inject(processSettings.KEY) private readonly config: ConfigType<typeof processSettings>) {}

  /** Sets the document of a version. It is called when the app is complete. */
  publish(version: OpenApiVersion, document: OpenAPIObject): void {
    this.documents.set(version, JSON.stringify(document));
    this.problemsText = problemsPage(knownProblems(), document, this.config.APP_VERSION);
  }

  openApiJson(version: OpenApiVersion): string {
    return this.documents.get(version) ?? '{}';
  }

  explorer(): string {
    return explorerPage(this.config.APP_VERSION);
  }

  /** Returns a page of the guide, or undefined. The name of the first page is ''. */
  guide(name: string): string | undefined {
    this.chapters ??= readGuide();
    const chapter = this.chapters.find((one) => one.name === name);
    if (!chapter) return undefined;
    const page = this.guidePages.get(name) ?? guidePage(chapter, this.chapters, this.config.APP_VERSION);
    this.guidePages.set(name, page);
    return page;
  }

  /** The page to which the `type` of a problem document points. */
  problems(): string {
    return this.problemsText;
  }
}
