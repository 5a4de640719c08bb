import { NotFound } from '../platform/errors/problem.js';
import type { Id } from '../platform/schemas/schemas.js';

export class NotificationNotFound extends NotFound {
  static override readonly code = 'notification_not_found';
  static override readonly title = 'Notification not found';
  static readonly advice =
    'Check the id. Notifications are deleted after NOTIFICATIONS_RETENTION_DAYS. Read the list again and use its first id.';
  constructor(id: Id) {
    super(`You have no notification with the id ${id}. Read the list again and use its first id.`);
  }
}
