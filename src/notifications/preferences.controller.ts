import { Body, Controller, Get, Patch, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { checkTag, Conditional, IfMatch, type Precondition } from '../platform/http/answers/conditions.js';
import { tagOf } from '../platform/http/answers/representation.js';
import { NotAudited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Shown } from '../platform/http/contract/shown.decorator.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { Replays } from '../platform/idempotency/replays.js';
import { NOTIFICATIONS } from './notifications.access.js';
import { PreferencesView, UpdatePreferences } from './preferences.schemas.js';
import { PreferencesService } from './preferences.service.js';

@ApiTags('notifications')
@Controller('notifications/preferences')
export class PreferencesController {
  constructor(
    private readonly preferences: PreferencesService,
    replays: Replays,
  ) {
    replays.add<PreferencesView>('notification-preferences', {
      idOf: () => 'own',
      get: (_id, by) => this.getNotificationPreferences(by),
    });
  }

  @Summary(
    'Get your notification preferences',
    'Without a choice, notifications of all kinds are shown in the app, and none are sent by mail.',
  )
  @Get()
  @Allow(NOTIFICATIONS.own)
  @Returns(200, PreferencesView)
  getNotificationPreferences(@CurrentUser() by: Principal) {
    return this.preferences.get(by.id);
  }

  @Summary(
    'Update your notification preferences',
    'Kinds and channels that you omit keep their value. A change applies to notifications that are created after it. `off` also ends messages about earlier ones that are not sent yet. Messages are sent only if the deployment sends mail.',
  )
  @Patch()
  @Allow(NOTIFICATIONS.own)
  @Replayable('notification-preferences')
  @Conditional(checkTag)
  @NotAudited(
    'Preferences change only what the account itself receives, and each message names the choice that led to it.',
  )
  @Returns(200, PreferencesView)
  @Shown({ post_published: { email: 'daily' } })
  updateNotificationPreferences(
    @Body({ schema: UpdatePreferences }) changes: UpdatePreferences,
    @CurrentUser() by: Principal,
    @IfMatch() expected: Precondition,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.preferences.update(by.id, changes, (current) => checkTag(tagOf(reply, current), expected));
  }
}
