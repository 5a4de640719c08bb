import { readFileSync } from 'node:fs';
import type { SMTPPoolOptions } from 'nodemailer';
import type { MailSettings } from '../mail.settings.js';

/** The time to look up and reach the server, and to encrypt the connection. */
const CONNECT_MS = 10_000;
const LOOKUP_MS = 5000;
/** RFC 5321, section 4.5.3.2, permits minutes for a response. A job that waits holds a place in its queue. */
const SILENCE_MS = 30_000;
/** Servers end sessions that are idle, some after seconds. */
const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 4;
const MOST_RESPONSE_BYTES = 65_536;

/** The address of the server comes only from the settings. */
export function smtpOptions(config: MailSettings): SMTPPoolOptions & { pool: true } {
  const { EMAIL_SMTP_HOST, EMAIL_SMTP_PORT, EMAIL_SMTP_USER, EMAIL_SMTP_PASS, EMAIL_SMTP_TLS } = config;
  return {
    pool: true,
    host: EMAIL_SMTP_HOST?.replace(/^\[|\]$/g, ''),
    port: EMAIL_SMTP_PORT,
    secure: EMAIL_SMTP_TLS === 'implicit',
    requireTLS: EMAIL_SMTP_TLS === 'starttls',
    ignoreTLS: EMAIL_SMTP_TLS === 'off',
    tls: { rejectUnauthorized: true, minVersion: 'TLSv1.2', ca: authority(config) },
    ...(EMAIL_SMTP_USER && { auth: { user: EMAIL_SMTP_USER, pass: EMAIL_SMTP_PASS } }),
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    dnsTimeout: LOOKUP_MS,
    socketTimeout: SILENCE_MS,
    idleTimeout: IDLE_MS,
    maxConnections: MOST_CONNECTIONS,
    maxResponseSize: MOST_RESPONSE_BYTES,
    // The job repeats a message. The library repeats it only if a connection ended before it carried the message.
    maxRequeues: 1,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

function authority({ EMAIL_SMTP_CA: given }: MailSettings): string | undefined {
  if (!given) return undefined;
  return given.includes('-----BEGIN') ? given : readFileSync(given, 'utf8');
}
