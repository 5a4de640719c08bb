import { oneLine } from './one-line.js';
import { plainWords } from './withholding/plain-words.js';
import { type Withheld, withholding } from './withholding/withholding.js';

/**
 * What became of a message. The job that sends it decides about the next attempt. The texts of a transport are those of the
 * server, whole and as it wrote them: `told` makes them fit to be shown.
 */
export type MailOutcome =
  | {
      kind: 'accepted';
      /** The identifier that the provider returned, or the response of the server. */
      providerId?: string;
    }
  | {
      /** Another attempt cannot succeed: the recipient or the message is at fault. */
      kind: 'rejected';
      reason: string;
      /** True if it is the recipient, so that other messages to the same address fail in the same way. */
      ofRecipient?: boolean;
    }
  | {
      /** The server, the network or the configuration is at fault, so that a later attempt can succeed. */
      kind: 'later';
      reason: string;
      /** The time that the provider asks to wait. */
      afterSeconds?: number;
    };

const MOST_CHARACTERS = 300;
/** The start of a text that is read at all, so that a long one takes no longer. */
const MOST_READ = 2000;
const MOST_WAIT_SECONDS = 86_400;

export const accepted = (providerId?: string): MailOutcome => ({
  kind: 'accepted',
  ...(providerId && { providerId }),
});

export const rejected = (reason: string): MailOutcome => ({ kind: 'rejected', reason });

export const refusedRecipient = (reason: string): MailOutcome => ({
  kind: 'rejected',
  reason,
  ofRecipient: true,
});

export const later = (reason: string, afterSeconds?: number): MailOutcome => ({
  kind: 'later',
  reason,
  ...(afterSeconds !== undefined &&
    afterSeconds > 0 && { afterSeconds: Math.min(Math.ceil(afterSeconds), MOST_WAIT_SECONDS) }),
});

/**
 * Returns the outcome with texts that can be shown: administrators read the reasons as errors of jobs, and logs contain
 * them and the identifiers.
 */
export function told(outcome: MailOutcome, withheld: Withheld): MailOutcome {
  if (outcome.kind !== 'accepted') return { ...outcome, reason: toldText(outcome.reason, withheld) };
  return accepted(outcome.providerId && oneLine(known(outcome.providerId, withheld), MOST_CHARACTERS));
}

/** Returns one line of a text of the server. It is cut last: nobody recognizes a secret without its end. */
export const toldText = (text: string, withheld: Withheld): string =>
  oneLine(plainWords(known(text, withheld)), MOST_CHARACTERS);

/** Returns the start of the text without the secrets that are known. */
const known = (text: string, withheld: Withheld): string => withholding(startOf(text), withheld);

/** A secret at the end could be without its own end, so nothing of the last run of characters remains. */
function startOf(text: string): string {
  if (text.length <= MOST_READ) return text;
  const start = text.slice(0, MOST_READ);
  return `${start.slice(0, start.search(/\s\S*$/) + 1)}…`;
}
