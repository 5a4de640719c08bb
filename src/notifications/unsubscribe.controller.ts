import { Controller, Get, Header, Headers, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RouteNotFound } from '../platform/errors/request-problems.js';
import { Public } from '../platform/http/access/access.js';
import { PAGE_STYLE } from '../platform/http/answers/html-page.js';
import { preferredType } from '../platform/http/answers/preferred-type.js';
import { IgnoresBody } from '../platform/http/bodies/ignores-body.decorator.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import { Limits } from '../platform/http/tiers/limits.js';
import { WRITE } from '../platform/limits/tier.js';
import { PreferencesService } from './preferences.service.js';
import {
  askingPage,
  brokenPage,
  donePage,
  UNSUBSCRIBE_POLICY,
  UNSUBSCRIBE_STYLE,
} from './unsubscribe-page.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';

/**
 * The pages of the links in messages (RFC 8058). Mail providers unsubscribe many people from a few addresses, so addresses
 * have no limit. A token that is not genuine costs no query, and clicks on genuine ones count for their account, apart from its
 * writes.
 */
@ApiExcludeController()
@Public({ ignoreCredentials: true })
@Unlimited()
@AtRoot()
@Controller()
export class UnsubscribeController {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly preferences: PreferencesService,
    private readonly limits: Limits,
  ) {}

  @Get('unsubscribe/style.css')
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  style(): string {
    return PAGE_STYLE + UNSUBSCRIBE_STYLE;
  }

  /**
   * Changes nothing.
   * @throws RouteNotFound
   */
  @Get('unsubscribe/:token')
  ask(
    @Param('token') token: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): string {
    const link = this.links.open(token);
    return link ? shown(reply, askingPage(link)) : notGenuine(reply, accept);
  }

  /**
   * The one click of a mail client, whose body is always the same, and the button of the page.
   * @throws RouteNotFound, TooManyRequests
   */
  @Post('unsubscribe/:token')
  @HttpCode(200)
  @IgnoresBody()
  async unsubscribe(
    @Param('token') token: string,
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const link = this.links.open(token);
    if (!link) return notGenuine(reply, accept);
    const limit = this.limits.of(WRITE, reply.request.ip, link.userId);
    await this.limits.count({ ...limit, name: 'unsubscribe' }, reply);
    await this.preferences.unsubscribe(link);
    return shown(reply, donePage(link));
  }
}

/**
 * Browsers get a page, because a person opened a link that a mail program cut off or that is too old.
 * @throws RouteNotFound for programs
 */
function notGenuine(reply: FastifyReply, accept: string | undefined): string {
  if (preferredType(accept, ['application/json', 'text/html']) !== 'text/html') throw new RouteNotFound();
  return shown(reply.status(404), brokenPage());
}

function shown(reply: FastifyReply, html: string): string {
  void reply.headers({
    'cache-control': 'no-store',
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': UNSUBSCRIBE_POLICY,
    'x-robots-tag': 'noindex',
  });
  return html;
}
