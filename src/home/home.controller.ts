import { Controller, Get, Header, Headers, Res } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public } from '../platform/http/access/access.js';
import { PAGE_POLICY, PAGE_STYLE } from '../platform/http/answers/html-page.js';
import { preferredType } from '../platform/http/answers/preferred-type.js';
import { addVary } from '../platform/http/answers/representation.js';
import { AlsoAsPage, Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import { homePage } from './home-page.js';
import { ApiView, ServiceView } from './home.schemas.js';
import { HomeService } from './home.service.js';

/** The responses do not depend on the caller, so that an expired token does not hide the way to the login. */
@ApiTags('home')
@Public({ ignoreCredentials: true })
@AtRoot()
@Controller()
export class HomeController {
  constructor(private readonly home: HomeService) {}

  @Summary(
    'Get the links of this server',
    'Returns links to all parts of the server. A browser receives them as a page: the response has the type that `Accept` prefers.',
  )
  @Get()
  @AlsoAsPage()
  @Header('Cache-Control', 'no-cache')
  @Returns(200, ServiceView)
  getServiceIndex(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): ServiceView | string {
    addVary(reply, 'Accept, accept-encoding');
    const service = this.home.service();
    if (preferredType(accept, ['application/json', 'text/html']) === 'application/json') return service;
    reply.header('content-type', 'text/html; charset=utf-8').header('content-security-policy', PAGE_POLICY);
    return homePage(service);
  }

  @Summary('List the collections', 'Returns the collections of the API with their methods.')
  @Get('api/v1')
  @Returns(200, ApiView)
  getApiIndex(): ApiView {
    return this.home.api();
  }

  @Get('home.css')
  @ApiExcludeEndpoint()
  @Unlimited()
  @Header('Content-Type', 'text/css; charset=utf-8')
  style(): string {
    return PAGE_STYLE;
  }
}
