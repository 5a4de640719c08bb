import { Injectable } from '@nestjs/common';
import { Cursors } from '../platform/lists/cursors.js';
import type { Id } from '../platform/schemas/schemas.js';
import { NotificationNotFound } from './notifications.errors.js';
import { NotificationsRepository } from './notifications.repository.js';
import type {
  ListNotificationsQuery,
  NotificationPage,
  NotificationView,
  ReadNotifications,
} from './notifications.schemas.js';
import type { Reader } from './notifications.sql.js';

export { NotificationView } from './notifications.schemas.js';
export type { Reader } from './notifications.sql.js';

@Injectable()
export class NotificationsService {
  constructor(
    private readonly notifications: NotificationsRepository,
    private readonly cursors: Cursors,
  ) {}

  async list(query: ListNotificationsQuery, by: Reader): Promise<NotificationPage> {
    const scope = `notifications:${by.id}`;
    const rows = await this.notifications.list(by, query, this.cursors.start(scope, query));
    const { data, meta } = this.cursors.page(scope, query, rows);
    return { data, meta: { ...meta, unreadCount: await this.notifications.unreadCount(by) } };
  }

  /** Returns those of the accounts that have a notice of the event in the app (`NoticesCreatedData`). */
  holders(eventId: Id, among: Id[]): Promise<Id[]> {
    return this.notifications.holders(eventId, among);
  }

  /** Returns the notice of an event for an account, or undefined if there is none or it is no longer shown. */
  ofEvent(eventId: Id, by: Reader): Promise<NotificationView | undefined> {
    return this.notifications.ofEvent(eventId, by);
  }

  /** @throws NotificationNotFound if `upTo` is not a notice of the caller */
  read({ ids, upTo }: ReadNotifications, by: Reader): Promise<void> {
    return this.notifications.transaction(async () => {
      if (ids) await this.notifications.read(by.id, ids);
      if (upTo === undefined) return;
      if (!(await this.notifications.exists(by.id, upTo))) throw new NotificationNotFound(upTo);
      while (await this.notifications.readUpTo(by.id, upTo));
    });
  }
}
