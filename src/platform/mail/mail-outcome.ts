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

/** Returns the outcome without the address of the recipient, which servers repeat in their responses. */
export function withoutAddress(outcome: MailOutcome, address: string): MailOutcome {
  if (outcome.kind === 'accepted') return outcome;
  const masked = maskedAddress(address);
  return { ...outcome, reason: outcome.reason.replace(anyCase(address), () => masked) };
}

const anyCase = (text: string): RegExp =>
  new RegExp(
    text.replace(/[^\w@]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`),
    'giu',
  );
