import { z } from 'zod';
import { listQuery } from '../platform/lists/list-query.js';
import { Count, csv, Id, page, queryFlag, Timestamp } from '../platform/schemas/schemas.js';
import { NOTIFICATION_KINDS } from './notification-kinds.js';

/** The count of unread notifications is exact up to here. */
export const MOST_COUNTED = 1000;

export const Kind = z.enum(NOTIFICATION_KINDS).meta({ id: 'NotificationKind' });

const Actor = z
  .object({
    id: Id.describe('The id of the account.'),
    name: z.string().meta({ examples: ['Ada Lovelace'] }),
    avatarUrl: z
      .string()
      .nullable()
      .meta({ examples: ['https://example.com/ada.jpg'] }),
  })
  .meta({ id: 'NotificationActor' });

const Subject = z
  .object({
    type: z.enum(['post', 'comment']).meta({ examples: ['post'] }),
    id: Id.describe('The id of the post or the comment.'),
    title: z
      .string()
      .nullable()
      .describe('The title of the post, or of the post under which the comment is.')
      .meta({ examples: ['Hello, world'] }),
    href: z
      .string()
      .describe('The path of the resource on this server.')
      .meta({ examples: ['/api/v1/posts/019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41'] }),
  })
  .meta({ id: 'NotificationSubject' });

export const NotificationView = z.object({
  id: Id,
  kind: Kind.describe(
    'What has happened. `post_published`: an account that you follow has published a post for the first time. `comment_reply`: a reply to your comment. `comment_mention`: a comment mentions you. `comment_on_post`: a comment on your post. `comment_pending`: a comment waits for your moderation. Ignore kinds that you do not know, because later releases add kinds.',
  ).meta({ examples: ['post_published'] }),
  actor: Actor.nullable().describe(
    'The author of the post or of the comment. Null if the account does not exist any more.',
  ),
  subject: Subject,
  readAt: Timestamp.nullable()
    .describe('The time at which you marked the notification as read. Null if it is unread.')
    .meta({ examples: [null] }),
  createdAt: Timestamp,
});
export type NotificationView = z.infer<typeof NotificationView>;

export const ListNotificationsQuery = listQuery({
  sort: ['createdAt'],
  defaultSort: '-createdAt',
  fields: ['id', 'kind', 'actor', 'subject', 'readAt', 'createdAt'],
  filters: {
    unread: queryFlag().describe(
      'Returns only unread notifications if true, only notifications that were read if false.',
    ),
    kind: csv(Kind),
  },
  hints: {
    unread: ['filter[unread]=true', 'unread', 'read', 'seen', 'is_read', 'status'],
    kind: ['filter[kind]=comment_reply', 'type', 'event'],
  },
});
export type ListNotificationsQuery = z.output<typeof ListNotificationsQuery>;

const whole = page(
  'NotificationPage',
  NotificationView.partial().required({ id: true }).meta({ id: 'Notification' }),
);

export const NotificationPage = whole
  .extend({
    meta: whole.shape.meta
      .extend({
        unreadCount: Count.max(MOST_COUNTED)
          .describe(
            `The number of unread notifications, whatever the filter is. It is never greater than ${MOST_COUNTED}: show that value as “${MOST_COUNTED} or more”. Of the latest ${MOST_COUNTED} unread ones, those whose post or comment you can no longer see are not counted.`,
          )
          .meta({ examples: [1] }),
      })
      .meta({ id: 'NotificationPageMeta' }),
  })
  .meta({ id: 'NotificationPage' });
export type NotificationPage = z.infer<typeof NotificationPage>;

export const ReadNotifications = z
  .strictObject({
    ids: z
      .array(Id)
      .min(1)
      .max(100)
      .optional()
      .describe('The notifications to mark as read. Unknown ids have no effect.'),
    upTo: Id.optional().describe(
      'Marks this notification and all older ones as read. Use the first id of the list, so that notifications that have arrived since then stay unread.',
    ),
  })
  .refine(({ ids, upTo }) => (ids === undefined) !== (upTo === undefined), 'must contain either ids or upTo')
  .meta({
    id: 'ReadNotifications',
    minProperties: 1,
    maxProperties: 1,
    examples: [{ upTo: '019a2f6e-7d3c-7b1e-9c55-0f2d6f1c8a41' }],
  });
export type ReadNotifications = z.infer<typeof ReadNotifications>;
