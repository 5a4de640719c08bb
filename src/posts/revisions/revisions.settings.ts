import { settingsOf } from '../../platform/config/area.js';
import { integer, setting } from '../../platform/config/fields.js';

/** The newest, the current and the pending revision are always kept. */
const FEWEST = 3;

export const revisionsSettings = settingsOf('revisions', {
  fields: {
    REVISIONS_MAX: setting(
      integer(100, FEWEST, 10_000),
      'The maximum number of revisions of a post. A job deletes the oldest ones, but never the current and the pending one',
    ),
    REVISIONS_DAYS: setting(
      integer(365, 1, 36_500),
      'How many days a revision of a post is kept after another one has replaced it. The newest, the current and the pending one have no age limit',
    ),
  },
});
