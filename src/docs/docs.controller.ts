import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../platform/http/access/access.js';
import { PAGE_POLICY } from '../platform/http/answers/html-page.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import { DocsPages } from './docs-pages.js';

/** Swagger UI and its document. Assets come from the package, never from another host. */
@ApiExcludeController()
@Public({ ignoreCredentials: true })
@Unlimited()
@AtRoot()
@Controller()
export class DocsController {
  constructor(@Inject(DocsPages) private readonly pages: DocsPages) {}

  @Get('docs')
  @Header('Cache-Control', 'no-cache')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  page(): string {
    return this.pages.explorer();
  }

  @Get('docs/problems')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', PAGE_POLICY)
  problems(): string {
    return this.pages.problems();
  }

  @Get('docs/style.css')
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
