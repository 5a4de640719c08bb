import { applyDecorators, Controller, Get, Header, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RouteNotFound } from '../platform/errors/request-problems.js';
import { Public } from '../platform/http/access/access.js';
import { PAGE_POLICY } from '../platform/http/answers/html-page.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import { DocsPages } from './docs-pages.js';

/** A page that a browser revalidates each time, because its release can change. */
const HtmlPage = () =>
  applyDecorators(
    Header('Cache-Control', 'no-cache'),
    Header('Content-Type', 'text/html; charset=utf-8'),
    Header('Content-Security-Policy', PAGE_POLICY),
  );

/** Swagger UI, its document, the guide and the problems. Assets come from the package, never from another host. */
@ApiExcludeController()
@Public({ ignoreCredentials: true })
@Unlimited()
@AtRoot()
@Controller()
export class DocsController {
  constructor(@Inject(DocsPages) private readonly pages: DocsPages) {}

  @Get('docs')
  @HtmlPage()
  page(): string {
    return this.pages.explorer();
  }

  @Get('docs/guide')
  @HtmlPage()
  guide(): string {
    return this.chapter('');
  }

  /** @throws RouteNotFound */
  @Get('docs/guide/:page')
  @HtmlPage()
  chapter(@Param('page') name: string): string {
    const page = this.pages.guide(name);
    if (page === undefined) throw new RouteNotFound();
    return page;
  }

  @Get('docs/problems')
  @HtmlPage()
  problems(): string {
    return this.pages.problems();
  }

  @Get('docs/style.css')
  @Header('Cache-Control', 'no-cache')
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return this.pages.style;
  }

  @Get('openapi.json')
  @Header('Cache-Control', 'no-cache')
  @Header('Content-Type', 'application/json; charset=utf-8')
  document(@Res() reply: FastifyReply): void {
    void reply.send(this.pages.openApiJson('3.1.0'));
  }

  /** The same document for generators that support only OpenAPI 3.0. */
  @Get('openapi-3.0.json')
  @Header('Cache-Control', 'no-cache')
  @Header('Content-Type', 'application/json; charset=utf-8')
  document30(@Res() reply: FastifyReply): void {
    void reply.send(this.pages.openApiJson('3.0.3'));
  }
}
