export const TRANSPORTS = ['log', 'smtp', 'sendgrid', 'mailgun', 'ses', 'none'] as const;
export type TransportName = (typeof TRANSPORTS)[number];

export const SMTP_TLS = ['starttls', 'implicit', 'off'] as const;
type SmtpTls = (typeof SMTP_TLS)[number];

const IMPLICIT_TLS_PORT = 465;

/** The settings that decide how mail is sent. Some of them can be absent or invalid. */
export interface MailChoice {
  EMAIL_TRANSPORT?: TransportName;
  EMAIL_FROM?: string;
  EMAIL_SMTP_HOST?: string;
  EMAIL_SMTP_PORT?: number;
  EMAIL_SMTP_USER?: string;
  EMAIL_SMTP_PASS?: string;
  EMAIL_SMTP_TLS?: SmtpTls;
  EMAIL_API_KEY?: string;
  EMAIL_SERVICE_URL?: string;
  AWS_REGION?: string;
  AWS_ACCESS_KEY_ID?: string;
  AWS_SECRET_ACCESS_KEY?: string;
}

/** A deployment that does not say how mail is sent must still start, so production then sends none. */
export function transportOf(
  { EMAIL_TRANSPORT, EMAIL_SMTP_HOST }: MailChoice,
  production: boolean,
): TransportName {
  if (EMAIL_TRANSPORT) return EMAIL_TRANSPORT;
  if (EMAIL_SMTP_HOST) return 'smtp';
  return production ? 'none' : 'log';
}

export function smtpTlsOf({ EMAIL_SMTP_TLS, EMAIL_SMTP_PORT, EMAIL_SMTP_HOST }: MailChoice): SmtpTls {
  if (EMAIL_SMTP_TLS) return EMAIL_SMTP_TLS;
  if (EMAIL_SMTP_PORT === IMPLICIT_TLS_PORT) return 'implicit';
  return EMAIL_SMTP_HOST !== undefined && isLoopback(EMAIL_SMTP_HOST) ? 'off' : 'starttls';
}

/** Tells whether a connection to the host stays on this machine, where nobody can intercept it. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
