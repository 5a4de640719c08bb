import type { NodemailerError } from 'nodemailer';
import { later, type MailOutcome, refusedRecipient, rejected } from '../mail-outcome.js';

/** The server requires, refuses or does not permit an authentication. Only the operator can change this. */
const AUTHENTICATION = new Set([530, 534, 535, 538]);

/** The start of a response that is read at all, so that a long one takes no longer. */
const MOST_READ = 2000;
/** An enhanced code at the beginning: `550 5.1.1 No such user`, `550 #5.1.0 Address rejected`, `550 5.7.1: Not now`. */
const RESPONSE = /^\d{3}[ -][#(]?(?:(\d\.\d{1,3}\.\d{1,3})(?!\.?\d))?([^]*)$/;

/** The enhanced codes about the address of the recipient and about its mailbox (RFC 3463, RFC 7505, RFC 7504). */
const OF_RECIPIENT = /^5\.(?:1\.(?:1|2|3|4|6|10)|2\.\d+)$/;
/** Those about the address of the sender, and about rules and secrets. */
const NEVER_OF_RECIPIENT = /^5\.(?:1\.[78]|7\.\d+)$/;
/** The words of a refusal with another code or none: Exim, qmail and others send no code, and Exchange 5.4.1. */
const ABOUT_RECIPIENT =
  /\b(?:users?|recipients?|mail ?box(?:es)?|accounts?|addressee|address|alias|inbox|person|local part|un-?rout(?:e)?able)\b/i;
/** The words that the same refusals use about the sender, its host, its rights and its limits. */
const ABOUT_SENDER =
  /\b(?:your|sender|sent|sends?|sending|from|block\w*|black\w*|spam\w*|limits?|exceed\w*|quota|rate|too many|policy|client|hosts?|ip|rbl|dns\w*|ptr|spf|reverse|lookup|verif\w*|auth\w*|reputation|helo|ehlo|tls|locked|(?<!name )not allowed|unsupported|try again)\b/i;
/** A server that does not relay says so with any code: `550 5.1.2 Relay not allowed`. The tables of Postfix have the word, too. */
const RELAY = /\brelay(?!\w* recipient table)/i;
/** The names of hosts and pages, and addresses. Letters, digits and their signs are what they consist of. */
const NAMES =
  /[<[(]?\b[\w.+=-]{1,64}@[\w.-]{1,255}[>\])]?|https?:\S{1,1000}|\b(?:[\w-]{1,63}\.){1,10}[a-z]{2,63}\b/gi;
/** The enhanced codes about the server, the network, the protocol and the sender, and not about the message (5.3.4 is its size). */
const OF_SERVER = /^5\.(?:1\.[78]|3\.[^4]|[45]\.\d+)$/;

/**
 * Returns the outcome of a message that the server did not accept. Only the responses about its recipient or its
 * content are final. All others are about the server, the network or the configuration, which can be repaired: the
 * sender address, the password, a relay that is not permitted, a limit of the account, a block list. A refusal that does not say
 * whom it is about is not final, because a message that waits is not lost.
 */
export function outcomeOfSmtpError(error: NodemailerError): MailOutcome {
  const reason = error.response ?? error.message;
  if (!isFinal(error)) return later(reason);
  return error.command === 'DATA' || error.code === 'EMESSAGE' ? rejected(reason) : refusedRecipient(reason);
}

function isFinal({ code, command, responseCode, permanent, response = '' }: NodemailerError): boolean {
  // The library itself refused the address or the size.
  if (responseCode === undefined) return (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'CONN';
  if (!permanent || AUTHENTICATION.has(responseCode)) return false;
  const [, enhanced = '', text = ''] = RESPONSE.exec(response.slice(0, MOST_READ)) ?? [];
  if (command === 'DATA') return !OF_SERVER.test(enhanced);
  return command === 'RCPT TO' && isAboutRecipient(enhanced, text);
}

function isAboutRecipient(enhanced: string, text: string): boolean {
  const words = text.replace(NAMES, ' ');
  if (RELAY.test(words) || NEVER_OF_RECIPIENT.test(enhanced)) return false;
  return OF_RECIPIENT.test(enhanced) || (ABOUT_RECIPIENT.test(words) && !ABOUT_SENDER.test(words));
}
