import { settingsOf } from '../platform/config/area.js';
import { oneOf, setting } from '../platform/config/fields.js';

export const commentsSettings = settingsOf('comments', {
  fields: {
    COMMENT_MODERATION: setting(
      oneOf(['off', 'first', 'all'], 'off'),
      'Which comments require approval by a moderator: none, the comments of accounts without an approved comment (first), or all',
    ),
  },
});
