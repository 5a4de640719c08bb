import { Body, Controller, Delete, Get, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { Audited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { setLocation } from '../platform/http/routes/api-path.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { pickFields } from '../platform/lists/pick.js';
import { UrlNotAllowed } from '../platform/outbound/url-not-allowed.js';
import { Id } from '../platform/schemas/schemas.js';
import { EncryptionNotConfigured } from '../platform/secrets/secrets.errors.js';
import { WEBHOOKS } from './webhooks.access.js';
import { TooManyWebhooks, WebhookNotFound } from './webhooks.errors.js';
import {
  CreateWebhook,
  ListWebhooksQuery,
  UpdateWebhook,
  WebhookPage,
  WebhookView,
} from './webhooks.schemas.js';
import { WebhooksService } from './webhooks.service.js';

@ApiTags('webhooks')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly webhooks: WebhooksService,
    replays: Replays,
  ) {
    replays.add<WebhookView>('webhook', { idOf: ({ id }) => id, get: (id) => this.getWebhook(id) });
  }

  @Summary('List webhooks')
  @Get()
  @Allow(WEBHOOKS.manage)
  @Returns(200, WebhookPage)
  async listWebhooks(@Query({ schema: ListWebhooksQuery }) query: ListWebhooksQuery) {
    return pickFields(await this.webhooks.list(query), query.fields, 'id');
  }

  @Summary(
    'Create a webhook',
    'From now on, the server sends the events to the URL, signed with the secret in the response. Store the secret: no other response contains it. The guide `docs/webhooks.md` describes the requests, the signatures and the retries.',
  )
  @Post()
  @Allow(WEBHOOKS.manage)
  @Replayable('webhook')
  @Audited('webhook.created')
  @Returns(201, WebhookView, UrlNotAllowed, TooManyWebhooks, EncryptionNotConfigured)
  async createWebhook(
    @Body({ schema: CreateWebhook }) request: CreateWebhook,
    @CurrentUser() by: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const webhook = await this.webhooks.create(request, by);
    setLocation(reply, `webhooks/${webhook.id}`);
    return webhook;
  }

  @Summary('Get a webhook')
  @Get(':id')
  @Allow(WEBHOOKS.manage)
  @Returns(200, WebhookView, WebhookNotFound)
  @Shown({}, ['secret'])
  getWebhook(@Param('id', { schema: Id }) id: Id): Promise<WebhookView> {
    return this.webhooks.get(id);
  }

  @Summary(
    'Update a webhook',
    'With `active: true`, a webhook that the server disabled starts anew, and pending deliveries are sent at once.',
  )
  @Patch(':id')
  @Allow(WEBHOOKS.manage)
  @Replayable('webhook')
  @Conditional()
  @Audited('webhook.updated')
  @Returns(200, WebhookView, UrlNotAllowed, WebhookNotFound)
  @Shown({ events: ['post.published'] }, ['secret'])
  updateWebhook(
    @Param('id', { schema: Id }) id: Id,
    @Body({ schema: UpdateWebhook }) changes: UpdateWebhook,
    @IfMatch() expected: Precondition,
  ) {
    return this.webhooks.update(id, changes, expected);
  }

  @Summary('Delete a webhook', 'Deletes the webhook and its deliveries, also those that are pending.')
  @Delete(':id')
  @Allow(WEBHOOKS.manage)
  @Replayable()
  @Conditional()
  @Audited('webhook.deleted')
  @Returns(204, null, WebhookNotFound)
  deleteWebhook(@Param('id', { schema: Id }) id: Id, @IfMatch() expected: Precondition) {
    return this.webhooks.delete(id, expected);
  }

  @Summary(
    'Rotate the secret of a webhook',
    'Creates a new secret and returns it. For 24 hours, each request also has a signature by the previous secret, so that you can change the receiver in between.',
  )
  @Post(':id/rotate-secret')
  @Allow(WEBHOOKS.manage)
  @Replayable('webhook')
  @Conditional()
  @Audited('webhook.secret_rotated')
  @Returns(200, WebhookView, WebhookNotFound, EncryptionNotConfigured)
  @Shown({ events: ['post.published'] })
  rotateWebhookSecret(@Param('id', { schema: Id }) id: Id, @IfMatch() expected: Precondition) {
    return this.webhooks.rotateSecret(id, expected);
  }
}
