import { maskedAddress } from './mail-address.js';
import { oneLine } from './one-line.js';

/** What became of a message. The job that sends it decides about the next attempt. */
export type MailOutcome =
  | {
      kind: 'accepted';
      /** The identifier that the provider or the server returned. */
      providerId?: string;
    }
  | {
      /** Another attempt cannot succeed: the recipient or the message is at fault. */
      kind: 'rejected';
      reason: string;
    }
  | {
      /** The server, the network or the configuration is at fault, so that a later attempt can succeed. */
      kind: 'later';
      reason: string;
      /** The time that the provider asks to wait. */
      afterSeconds?: number;
    };

const MOST_REASON_CHARACTERS = 300;
const MOST_WAIT_SECONDS = 86_400;

export const accepted = (providerId?: string): MailOutcome => ({
  kind: 'accepted',
  ...(providerId && { providerId: oneLine(providerId, MOST_REASON_CHARACTERS) }),
});

export const rejected = (reason: string): MailOutcome => ({
  kind: 'rejected',
  reason: oneLine(reason, MOST_REASON_CHARACTERS),
});

export const later = (reason: string, afterSeconds?: number): MailOutcome => ({
  kind: 'later',
  reason: oneLine(reason, MOST_REASON_CHARACTERS),
  ...(afterSeconds !== undefined &&
    afterSeconds > 0 && { afterSeconds: Math.min(Math.ceil(afterSeconds), MOST_WAIT_SECONDS) }),
});

/** What servers repeat in their responses and only the recipient or the operator may have. */
export interface Withheld {
  /** The address of the recipient. */
  address: string;
  /** Texts with links, such as those to unsubscribe. */
  texts: string[];
  /** The credentials for the server. */
  secrets: string[];
}

/**
 * Returns the outcome without what it must not tell: administrators read the reasons as errors of jobs, and logs contain
 * them. Filters for spam repeat links, and some servers repeat what a client has sent to authenticate.
 */
export function withholding(outcome: MailOutcome, { address, texts, secrets }: Withheld): MailOutcome {
  if (outcome.kind === 'accepted') return outcome;
  let reason = withoutSecrets(outcome.reason, secrets);
  for (const host of hostsIn(texts)) reason = reason.replace(pathsOf(host), (_, kept: string) => `${kept}/…`);
  return { ...outcome, reason: replaced(reason, address, maskedAddress(address)) };
}

export const withoutSecrets = (text: string, secrets: string[]): string =>
  secrets.reduce((rest, secret) => replaced(rest, secret, '[redacted]'), text);

/** Less than this of a secret at the end of a reason that was cut is not one. */
const LEAST_CUT = 4;

/** Replaces a text, also where the end of the reason has cut it. */
function replaced(reason: string, text: string, by: string): string {
  const whole = reason.replace(anyCase(text), () => by);
  if (!whole.endsWith('…')) return whole;
  const end = whole.slice(0, -1).toLowerCase();
  for (let length = text.length - 1; length >= LEAST_CUT; length--)
    if (end.endsWith(text.slice(0, length).toLowerCase())) return `${whole.slice(0, -1 - length)}${by}…`;
  return whole;
}

const hostsIn = (texts: string[]): Set<string> =>
  new Set(
    texts.flatMap((text) =>
      [...text.matchAll(/https?:\/\/([^\s/?#<>"']+)/giu)].map(([, host]) => host ?? ''),
    ),
  );

/** The paths and queries of a host, with or without a scheme before it. */
const pathsOf = (host: string): RegExp => new RegExp(`(${exactly(host)})[/?#][^\\s<>"']+`, 'giu');

const exactly = (text: string): string =>
  text.replace(/[^\w@]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);

const anyCase = (text: string): RegExp => new RegExp(exactly(text), 'giu');
