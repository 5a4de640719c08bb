/** What a notice is about. Of the kinds of one comment, an account receives the first one that applies. */
export const NOTIFICATION_KINDS = [
  'post_published',
  'comment_reply',
  'comment_mention',
  'comment_on_post',
  'comment_pending',
] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

export const EMAIL_CHOICES = ['off', 'immediate', 'daily'] as const;
export type EmailChoice = (typeof EMAIL_CHOICES)[number];
