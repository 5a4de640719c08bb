import type { ConfigType } from '@nestjs/config';
import { z } from 'zod';
import { settingsOf } from '../config/area.js';
import { hostName, integer, setting, url } from '../config/fields.js';
import { mailboxIn } from './mail-address.js';
import { mailFaults, mailWarnings } from './mail-settings-rules.js';
import { SMTP_TLS, smtpTlsOf, TRANSPORTS, transportOf } from './transport-choice.js';

export type MailSettings = ConfigType<typeof mailSettings>;

/** The sender of messages that are only logged. */
const NOBODY = 'Galley <galley@localhost>';

const oneOf = <const T extends readonly string[]>(names: T) =>
  z.enum(names, { error: `must be one of ${names.join(', ')}` }).optional();

export const mailSettings = settingsOf('mail', {
  heading: 'Mail',
  fields: {
    EMAIL_TRANSPORT: setting(
      oneOf(TRANSPORTS),
      'How Galley sends mail: `smtp`, the API of `sendgrid`, `mailgun` or `ses`, `log` (messages are only logged) or `none` (Galley creates no messages). Default: smtp if EMAIL_SMTP_HOST is set, otherwise log in development and none in production',
      { aliases: ['EMAIL_SERVICE'] },
    ),
    EMAIL_FROM: setting(
      z
        .string()
        .refine(
          (text) => mailboxIn(text) !== undefined,
          'must be one email address, such as Example Times <news@example.com>',
        )
        .optional(),
      'The sender of all messages. The messages show its name above the text. Required to send mail',
      { example: 'Example Times <news@example.com>' },
    ),
    EMAIL_SMTP_HOST: setting(hostName().optional(), 'The host of the SMTP server'),
    EMAIL_SMTP_PORT: setting(integer(587, 1, 65_535), 'The port of the SMTP server'),
    EMAIL_SMTP_USER: setting(
      z.string().optional(),
      'The user name for the SMTP server. If it is not set, Galley does not authenticate',
    ),
    EMAIL_SMTP_PASS: setting(z.string().optional(), 'The password for the SMTP server', { secret: true }),
    EMAIL_SMTP_TLS: setting(
      oneOf(SMTP_TLS),
      'How to encrypt the connection to the SMTP server: `starttls` or `implicit`, both with a verified certificate, or `off`, which requires a server on this machine. Default: implicit for port 465, off on this machine, otherwise starttls',
    ),
    EMAIL_SMTP_CA: setting(
      z.string().optional(),
      'The certificate authority of the SMTP server, as PEM text or as the path of a PEM file. Default: the public authorities',
    ),
    EMAIL_API_KEY: setting(z.string().optional(), 'The API key of SendGrid or Mailgun', { secret: true }),
    EMAIL_SERVICE_URL: setting(
      url(['https', 'http'], 'https://api.mailgun.net/v3/mg.example.com').optional(),
      'The URL of the API of the provider. Mailgun requires the URL of the domain, such as https://api.mailgun.net/v3/mg.example.com. Default for SendGrid: https://api.sendgrid.com. Default for SES: the URL of the region',
    ),
    AWS_REGION: setting(
      z
        .string()
        .regex(/^[a-z]{2}(?:-[a-z]+)+-\d+$/, 'must be a region such as eu-central-1')
        .optional(),
      'The region of SES',
    ),
    AWS_ACCESS_KEY_ID: setting(z.string().optional(), 'The access key for SES'),
    AWS_SECRET_ACCESS_KEY: setting(z.string().optional(), 'The secret of the access key for SES', {
      secret: true,
    }),
    AWS_SESSION_TOKEN: setting(
      z.string().optional(),
      'The session token, if the access key for SES is temporary',
      { secret: true },
    ),
  },
  faults: (values, { production }) => mailFaults(values, production === true),
  complete: (values, { production }) => ({
    EMAIL_TRANSPORT: transportOf(values, production),
    EMAIL_FROM: values.EMAIL_FROM ?? NOBODY,
    EMAIL_SMTP_TLS: smtpTlsOf(values),
    /** True if nothing says how to send mail. */
    mailIsUnset: values.EMAIL_TRANSPORT === undefined && values.EMAIL_SMTP_HOST === undefined,
  }),
  warnings: (values, { production }) => mailWarnings(values, production),
});
