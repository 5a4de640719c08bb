import type { NodemailerError } from 'nodemailer';
import { later, type MailOutcome, refusedRecipient, rejected } from '../mail-outcome.js';

/** The server requires, refuses or does not permit an authentication. Only the operator can change this. */
const AUTHENTICATION = new Set([530, 534, 535, 538]);

/**
 * Returns the outcome of a message that the server did not accept. Only the responses about its recipient or its
 * content are final. All others are about the server, the network or the configuration, which can be repaired: the
 * sender address, the password, a relay that is not permitted, a block list (enhanced codes 5.7.x, RFC 3463; some servers refuse
 * to relay without a code).
 */
export function outcomeOfSmtpError(error: NodemailerError): MailOutcome {
  const reason = error.response ?? error.message;
  if (!isFinal(error)) return later(reason);
  return isOfRecipient(error) ? refusedRecipient(reason) : rejected(reason);
}

/** Without a response, the library refused an address, and that of the sender is a checked setting. */
const isOfRecipient = ({ code, command }: NodemailerError): boolean =>
  command === 'RCPT TO' || (code === 'EENVELOPE' && command === 'API');

function isFinal({ code, command, responseCode, permanent, response = '' }: NodemailerError): boolean {
  // The library itself refused the address or the size.
  if (responseCode === undefined) return (code === 'EENVELOPE' || code === 'EMESSAGE') && command !== 'CONN';
  if (!permanent || AUTHENTICATION.has(responseCode)) return false;
  if (command === 'DATA') return true;
  return command === 'RCPT TO' && !/^\d{3}[ -]5\.7\.\d|\brelay/i.test(response);
}
