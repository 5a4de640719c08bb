import { z } from 'zod';
import { text } from '../platform/schemas/schemas.js';
import { META_LIMITS, metaFault } from './post-meta.format.js';

const LIMITS = `at most ${META_LIMITS.names} names and ${META_LIMITS.bytes} bytes of UTF-8 in total`;
const Value = text(0, META_LIMITS.bytes);
/** Documented here and checked by `metaFault`, which also reports the total size. */
const propertyNames = { type: 'string', minLength: 1, maxLength: META_LIMITS.nameLength, pattern: '\\S' };

/** The `meta` of a new post. */
export const NewMeta = z
  .record(z.string(), Value)
  .superRefine((values, context) => {
    const message = metaFault(values);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  })
  .describe(`Your own values by name, ${LIMITS}. Clients define their meaning; the server only stores them.`)
  .meta({ maxProperties: META_LIMITS.names, propertyNames, examples: [{ subtitle: 'A beginning' }] });

/** The changes of `meta`. The limits apply to the result. */
export const MetaPatch = z
  .record(z.string(), Value.nullable())
  .nullable()
  .describe(
    `Your own values by name. Names that you omit keep their value, null removes a name, and \`meta: null\` removes all names. The result can have ${LIMITS}.`,
  )
  .meta({ propertyNames, examples: [{ subtitle: 'A new beginning', color: null }] });

export const MetaView = z
  .record(z.string(), z.string())
  .describe('The values that clients have stored with the post, by name.')
  .meta({ examples: [{ subtitle: 'A beginning' }] });
