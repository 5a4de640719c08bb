import { z } from 'zod';
import { type ApiAnswer, type ApiRequest, json } from './provider-api.js';

/** The limits and fields that the reference of the v3 Mail Send API documents. */
const Mailbox = z.strictObject({ email: z.email(), name: z.string().optional() });

const RESERVED =
  /^(?:x-sg-id|x-sg-eid|received|dkim-signature|content-type|content-transfer-encoding|to|from|subject|reply-to|cc|bcc)$/i;

const Switch = z.strictObject({ enable: z.boolean() });

const Send = z.strictObject({
  personalizations: z
    .array(
      z.strictObject({
        to: z.array(Mailbox).min(1).max(1000),
        custom_args: z
          .record(z.string(), z.string())
          .refine((args) => JSON.stringify(args).length <= 10_000)
          .optional(),
      }),
    )
    .min(1)
    .max(1000),
  from: Mailbox,
  subject: z.string().min(1),
  content: z
    .array(z.strictObject({ type: z.string().min(1), value: z.string().min(1) }))
    .min(1)
    // The text part must be the first one.
    .refine((parts) => parts.findIndex(({ type }) => type === 'text/plain') <= 0),
  headers: z.record(
    z.string().refine((name) => !RESERVED.test(name)),
    z.string().regex(/^[\x20-\x7e]*$/),
  ),
  tracking_settings: z.strictObject({
    click_tracking: z.strictObject({ enable: z.boolean(), enable_text: z.boolean() }),
    open_tracking: Switch,
    subscription_tracking: Switch,
  }),
});

const MOST_BYTES = 30 * 1024 * 1024;

const error = (status: number, message: string, field: string | null = null): ApiAnswer =>
  json(status, { errors: [{ message, field, help: null }] });

export function sendGridApi(key: string): (request: ApiRequest) => ApiAnswer {
  return ({ method, path, headers, body }) => {
    if (path !== '/v3/mail/send') return error(404, 'not found');
    if (method !== 'POST') return error(405, 'method not allowed');
    if (headers.authorization !== `Bearer ${key}`)
      return error(401, 'The provided authorization grant is invalid, expired, or revoked');
    if (headers['content-type'] !== 'application/json') return error(415, 'unsupported media type');
    if (body.length > MOST_BYTES) return error(413, 'content too large');
    const { data, error: fault } = Send.safeParse(JSON.parse(body.toString()));
    const [issue] = fault?.issues ?? [];
    if (issue) return error(400, issue.message, issue.path.join('.'));
    return { status: 202, headers: { 'x-message-id': `sg-${data?.personalizations.length}` } };
  };
}
