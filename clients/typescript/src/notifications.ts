import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type {
  Notification,
  NotificationPage,
  NotificationPreferences,
  UpdateNotificationPreferences,
} from './openapi.ts';

/** The notifications of the account. */
export class Notifications {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Lists notifications, newest first. */
  list<const Given extends Query<'listNotifications'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Required<Notification>, 'id', Given>> {
    return listOf(this.#http, '/notifications', query ?? {}, options);
  }

  /** Returns the number of unread notifications. It is never greater than 1000. */
  async unreadCount(options?: CallOptions): Promise<number> {
    const query = { limit: 1, fields: ['id'] } satisfies Query<'listNotifications'>;
    const { meta } = await this.#http.request<NotificationPage>('GET', '/notifications', {
      ...options,
      query,
    });
    return meta.unreadCount;
  }

  /** Marks notifications as read. */
  read(notifications: (string | Pick<Notification, 'id'>)[], options: CallOptions = {}): Promise<void> {
    const ids = notifications.map((each) => (typeof each === 'string' ? each : each.id));
    return this.#http.request('POST', '/notifications/read', { ...options, body: { ids } });
  }

  /** Marks a notification and all older ones as read. Pass the first one of the list. */
  readUpTo(notification: string | Pick<Notification, 'id'>, options: CallOptions = {}): Promise<void> {
    const upTo = typeof notification === 'string' ? notification : notification.id;
    return this.#http.request('POST', '/notifications/read', { ...options, body: { upTo } });
  }

  /** Returns what the account is notified of, and how. */
  preferences(options?: CallOptions): Promise<NotificationPreferences> {
    return this.#http.request('GET', '/notifications/preferences', options);
  }

  updatePreferences(
    changes: UpdateNotificationPreferences,
    options: CallOptions = {},
  ): Promise<NotificationPreferences> {
    return this.#http.request('PATCH', '/notifications/preferences', { ...options, body: changes });
  }
}
