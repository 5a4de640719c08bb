import type { SendMailOptions } from 'nodemailer';
import type { ComposedMail } from './composed-mail.js';

/**
 * Returns the message for nodemailer, which encodes headers (RFC 2047, RFC 6532) and bodies. It never reads files or
 * addresses for a message.
 */
export const mimeOf = ({
  from,
  to,
  subject,
  messageId,
  date,
  text,
  html,
  headers,
}: ComposedMail): SendMailOptions => ({
  from: { name: from.name ?? '', address: from.address },
  to: { name: to.name ?? '', address: to.address },
  subject,
  messageId,
  date,
  text,
  html,
  headers,
  disableFileAccess: true,
  disableUrlAccess: true,
  xMailer: false,
});
