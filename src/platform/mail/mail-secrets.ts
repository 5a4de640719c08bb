import type { MailSettings } from './mail.settings.js';

type Credentials = Pick<
  MailSettings,
  'EMAIL_SMTP_USER' | 'EMAIL_SMTP_PASS' | 'EMAIL_API_KEY' | 'AWS_SECRET_ACCESS_KEY' | 'AWS_SESSION_TOKEN'
>;

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/**
 * Shorter texts are not searched for: `a` or `mail` is in most reasons, which would become unreadable, and the gaps in well-known
 * sentences would tell the password. What a client sends to authenticate (AUTH PLAIN) is longer, whatever the password.
 */
const LEAST_CHARACTERS = 5;

/** Returns the credentials for the mail server, in the forms in which a response can repeat them. */
export function secretsOfMail(config: Credentials): string[] {
  const { EMAIL_SMTP_USER: user = '', EMAIL_SMTP_PASS: password, EMAIL_API_KEY: key } = config;
  const ofSmtp = password ? [base64(`\0${user}\0${password}`), base64(password), password] : [];
  const ofProvider = key ? [base64(`api:${key}`), key] : [];
  const ofSes = [config.AWS_SECRET_ACCESS_KEY, config.AWS_SESSION_TOKEN].flatMap((each) => each || []);
  return [...ofSmtp, ...ofProvider, ...ofSes].filter(({ length }) => length >= LEAST_CHARACTERS);
}
