import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Allow } from '../platform/http/access/access.js';
import { CurrentUser, type Principal } from '../platform/http/access/principal.js';
import { NotAudited } from '../platform/http/contract/audited.decorator.js';
import { Returns, Summary } from '../platform/http/contract/returns.decorator.js';
import { Replayable } from '../platform/idempotency/replayable.decorator.js';
import { pickFields } from '../platform/lists/pick.js';
import { NOTIFICATIONS } from './notifications.access.js';
import { NotificationNotFound } from './notifications.errors.js';
import { ListNotificationsQuery, NotificationPage, ReadNotifications } from './notifications.schemas.js';
import { NotificationsService } from './notifications.service.js';

@ApiTags('notifications')
@Controller('notifications')
export class NotificationsController {
  constructor(private readonly notifications: NotificationsService) {}

  @Summary(
    'List your notifications',
    'Returns your notifications, newest first, and the number of unread ones. A notification is not shown while you cannot read its post or comment, for example because the post was unpublished.',
  )
  @Get()
  @Allow(NOTIFICATIONS.own)
  @Returns(200, NotificationPage)
  async listNotifications(
    @Query({ schema: ListNotificationsQuery }) query: ListNotificationsQuery,
    @CurrentUser() by: Principal,
  ) {
    return pickFields(await this.notifications.list(query, by), query.fields);
  }

  @Summary(
    'Mark notifications as read',
    'Marks some of your notifications, or one and all older ones. Notifications that were read already keep their time.',
  )
  @Post('read')
  @Allow(NOTIFICATIONS.own)
  @Replayable()
  @NotAudited('Only the account itself sees what it has read.')
  @Returns(204, null, NotificationNotFound)
  readNotifications(
    @Body({ schema: ReadNotifications }) request: ReadNotifications,
    @CurrentUser() by: Principal,
  ) {
    return this.notifications.read(request, by);
  }
}
