import { z } from 'zod';
import type { ConfigType } from '@nestjs/config';
import { settingsOf } from '../config/area.js';
import { list, setting } from '../config/fields.js';
import { readEntry } from './allow-list.js';

export type OutboundSettings = ConfigType<typeof outboundSettings>;

const FORM =
  'must be hosts, host:port, addresses or CIDRs, separated by commas, such as hooks.example.internal,10.1.2.3:8080,10.20.0.0/16';

/** Returns the positions of the entries that are not valid or can never be allowed. A message never contains a value. */
const wrongEntries = (entries: string[]) =>
  entries.flatMap((entry, index) => (readEntry(entry) === undefined ? [index + 1] : []));

export const outboundSettings = settingsOf('outbound', {
  heading: 'Calls to other services',
  fields: {
    OUTBOUND_ALLOW: setting(
      list('').superRefine((entries, context) => {
        const wrong = wrongEntries(entries);
        if (wrong.length > 0)
          context.addIssue({
            code: 'custom',
            message: entries.length === 1 ? FORM : `${FORM}. Wrong entries: ${wrong.join(', ')}`,
          });
      }),
      'The receivers that URLs of users (such as webhooks) may lead to although their addresses are not public. A host or an address without a port allows ports 80, 443 and 1024 to 65535. A host is a full name, without wildcards, and may resolve to any address. Metadata services of clouds (169.254.0.0/16) are never allowed',
      { example: 'hooks.example.internal,10.1.2.3:8080,10.20.0.0/16' },
    ),
    SERVICE_TOKEN: setting(
      z.string().min(16, 'must have at least 16 characters').optional(),
      'The token that Galley sends as X-Service-Token to the other services of the same deployment. It is never sent to URLs of users',
      { secret: true },
    ),
  },
});
