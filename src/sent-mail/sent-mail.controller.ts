import { Controller, Get, Header, Headers, Inject, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { RouteNotFound } from '../platform/errors/request-problems.js';
import { Public } from '../platform/http/access/access.js';
import { PAGE_STYLE } from '../platform/http/answers/html-page.js';
import { preferredType } from '../platform/http/answers/preferred-type.js';
import { AtRoot } from '../platform/http/routes/at-root.js';
import { Unlimited } from '../platform/http/tiers/limited.decorator.js';
import type { ComposedMail } from '../platform/mail/composed-mail.js';
import { SENT_MAIL_PATH } from '../platform/mail/log/log-transport.js';
import { SentMail } from '../platform/mail/log/sent-mail.js';
import {
  framed,
  HTML_PART_POLICY,
  listPage,
  messagePage,
  PAGE_POLICY_WITH_FRAME,
  SENT_MAIL_STYLE,
} from './sent-mail-page.js';

/**
 * The messages that this process has logged instead of sending them. They contain secrets such as links to reset a
 * password, so the module exists only outside of production.
 */
@ApiExcludeController()
@Public({ ignoreCredentials: true })
@Unlimited()
@AtRoot()
@Controller()
export class SentMailController {
  constructor(@Inject(SentMail) private readonly sent: SentMail) {}

  /** A page for people, and JSON for tests of front ends. */
  @Get(SENT_MAIL_PATH)
  @Header('Cache-Control', 'no-store')
  list(
    @Headers('accept') accept: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): object | string {
    const messages = this.sent.all();
    if (preferredType(accept, ['application/json', 'text/html']) === 'application/json')
      return { data: messages.map(asJson) };
    return asPage(reply, listPage(messages));
  }

  @Get(`${SENT_MAIL_PATH}/style.css`)
  @Header('Content-Type', 'text/css; charset=utf-8')
  @Header('Cache-Control', 'no-cache')
  style(): string {
    return PAGE_STYLE + SENT_MAIL_STYLE;
  }

  /** @throws RouteNotFound */
  @Get(`${SENT_MAIL_PATH}/:id`)
  @Header('Cache-Control', 'no-store')
  message(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): string {
    return asPage(reply, messagePage(this.found(id)));
  }

  /**
   * The HTML part, for the frame of the page. It runs no scripts and loads only what it contains.
   * @throws RouteNotFound
   */
  @Get(`${SENT_MAIL_PATH}/:id/html`)
  @Header('Cache-Control', 'no-store')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', HTML_PART_POLICY)
  @Header('X-Frame-Options', 'SAMEORIGIN')
  htmlPart(@Param('id') id: string): string {
    return framed(this.found(id));
  }

  private found(id: string): ComposedMail {
    const mail = this.sent.byId(id);
    if (!mail) throw new RouteNotFound();
    return mail;
  }
}

function asPage(reply: FastifyReply, page: string): string {
  reply.header('content-type', 'text/html; charset=utf-8');
  reply.header('content-security-policy', PAGE_POLICY_WITH_FRAME);
  return page;
}

const asJson = ({ id, kind, messageId, date, from, to, subject, text, html, headers }: ComposedMail) => ({
  id,
  kind,
  messageId,
  sentAt: date.toISOString(),
  from,
  to,
  subject,
  headers,
  text,
  html,
});
