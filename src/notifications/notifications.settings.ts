import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../platform/config/area.js';
import { integer, setting } from '../platform/config/fields.js';

export type NotificationsSettings = ConfigType<typeof notificationsSettings>;

export const notificationsSettings = settingsOf('notifications', {
  heading: 'Notifications',
  fields: {
    NOTIFICATIONS_RETENTION_DAYS: setting(
      integer(90, 1, 3650),
      'How many days notifications are kept, also unread ones',
    ),
    NOTIFICATIONS_DIGEST_HOUR: setting(
      integer(7, 0, 23),
      'The hour of the day in UTC at which daily messages are sent',
    ),
  },
  warnings: (_values, known) => {
    const { EMAIL_TRANSPORT, PUBLIC_URL, production } = known as typeof known & MailOf;
    return production && EMAIL_TRANSPORT !== 'none' && PUBLIC_URL === undefined
      ? [
          'PUBLIC_URL is not set: Galley sends no notifications by mail, because they must contain a link to unsubscribe',
        ]
      : [];
  },
});

/** The settings of other areas that decide whether notifications are sent by mail. */
interface MailOf {
  EMAIL_TRANSPORT?: string;
  PUBLIC_URL?: string;
}
