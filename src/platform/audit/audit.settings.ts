import { settingsOf } from '../config/area.js';
import { integer, setting } from '../config/fields.js';

/** The database itself keeps entries for this long, whatever the setting is. */
export const LEAST_RETENTION_DAYS = 90;

export const auditSettings = settingsOf('audit', {
  fields: {
    AUDIT_RETENTION_DAYS: setting(
      integer(400, LEAST_RETENTION_DAYS, 36_500),
      'The number of days for which the audit log keeps entries',
    ),
  },
});
