import { deliverableAddress, domainOf, type Mailbox } from './mail-address.js';
import { htmlPart } from './letter/html-part.js';
import { textPart } from './letter/text-part.js';
import type { MailMessage } from './mail-message.js';
import { oneLine } from './one-line.js';

const MOST_SUBJECT = 200;
const MOST_NAME = 100;

/** A message as a transport sends it. All its values are safe in a header. */
export interface ComposedMail {
  id: string;
  kind: string;
  /** With angle brackets. */
  messageId: string;
  date: Date;
  from: Mailbox;
  to: Mailbox;
  subject: string;
  text: string;
  html: string;
  /** Headers besides those of the fields above. */
  headers: Record<string, string>;
}

/** @returns undefined if no server can accept the address of the recipient */
export function composed(message: MailMessage, from: Mailbox): ComposedMail | undefined {
  const address = deliverableAddress(message.to.address);
  if (address === undefined) return undefined;
  const { id, kind, unsubscribeUrl } = message;
  const subject = oneLine(message.subject, MOST_SUBJECT);
  const brand = from.name ?? domainOf(from.address);
  const letter = { ...message, subject };
  return {
    id,
    kind,
    messageId: `<${id}@${domainOf(from.address)}>`,
    date: new Date(),
    from,
    to: mailbox(address, message.to.name),
    subject,
    text: textPart(letter, brand),
    html: htmlPart(letter, brand),
    headers: { ...AUTOMATIC, ...(unsubscribeUrl !== undefined && unsubscribeHeaders(unsubscribeUrl)) },
  };
}

function mailbox(address: string, name = ''): Mailbox {
  const line = oneLine(name, MOST_NAME);
  return { address, ...(line && { name: line }) };
}

/** So that out-of-office programs do not answer (RFC 3834; Exchange reads only the second one). */
const AUTOMATIC = { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' };

/** RFC 2369 and RFC 8058, which permits one click only with https. The URL standard has escaped what ends a header. */
function unsubscribeHeaders(url: string): Record<string, string> {
  const { href, protocol } = new URL(url);
  return {
    'List-Unsubscribe': `<${href}>`,
    ...(protocol === 'https:' && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}
