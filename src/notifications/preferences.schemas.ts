import { z } from 'zod';
import { EMAIL_CHOICES, NOTIFICATION_KINDS, type NotificationKind } from './notification-kinds.js';

const App = z
  .boolean()
  .describe('Whether the list of notifications shows this kind.')
  .meta({ examples: [true] });
const EmailChoice = z
  .enum(EMAIL_CHOICES)
  .describe(
    '`immediate`: one message for each notification. `daily`: one message a day about all of them. `off`: none.',
  )
  .meta({ id: 'EmailChoice', examples: ['off'] });

const Choice = z.object({ app: App, email: EmailChoice }).meta({ id: 'NotificationChoice' });
export type Choice = z.infer<typeof Choice>;

const ChoiceChange = z
  .strictObject({ app: App.optional(), email: EmailChoice.optional() })
  .meta({ id: 'ChangeNotificationChoice', examples: [{ email: 'daily' }] });

const perKind = <T extends z.ZodType>(of: (kind: NotificationKind) => T) =>
  Object.fromEntries(NOTIFICATION_KINDS.map((kind) => [kind, of(kind)])) as Record<NotificationKind, T>;

/** What applies to an account that has chosen nothing: mail only to those who ask for it. */
export const DEFAULT_CHOICE: Choice = { app: true, email: 'off' };

export const PreferencesView = z.object(perKind(() => Choice)).meta({
  id: 'NotificationPreferences',
  description: 'What you are notified of, and how, by the kind of notification.',
});
export type PreferencesView = z.infer<typeof PreferencesView>;

export const UpdatePreferences = z
  .strictObject(perKind(() => ChoiceChange.optional()))
  .meta({ id: 'UpdateNotificationPreferences', examples: [{ post_published: { email: 'daily' } }] });
export type UpdatePreferences = z.infer<typeof UpdatePreferences>;
