import { domainToASCII } from 'node:url';
import addressparser from 'nodemailer/lib/addressparser';

/** A name is plain text without a line break. */
export interface Mailbox {
  address: string;
  name?: string;
}

const MOST_CHARACTERS = 254;
/** RFC 5321, section 4.5.3.1.1, in bytes. */
const MOST_LOCAL_BYTES = 64;

/** An address without comments, quotes and separators, which would make two addresses of one in a header. */
const PARTS = /^([^\s@<>(),:;"\\[\]\p{Cc}]+)@([^\s@<>(),:;"\\[\]\p{Cc}]+)$/u;

/** IDNA (UTS 46) reads the other ones as dots. */
const DOT_AT_END = /[.\u3002\uff0e\uff61]$/u;

/**
 * Returns the address as mail servers accept it: NFC, and the domain as in DNS (IDNA, ASCII). A local part that is not
 * ASCII stays, and requires a server with SMTPUTF8 (RFC 6531).
 * @returns undefined if no server can accept the address
 */
export function deliverableAddress(address: string): string | undefined {
  const [, local = '', domain = ''] = PARTS.exec(address.normalize('NFC')) ?? [];
  const ascii = asciiDomain(domain.replace(DOT_AT_END, ''));
  const whole = `${local}@${ascii}`;
  const isTooLong = Buffer.byteLength(local) > MOST_LOCAL_BYTES || whole.length > MOST_CHARACTERS;
  return local === '' || ascii === '' || isTooLong ? undefined : whole;
}

const LABELS = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/;

/**
 * Returns '' if the domain cannot be in DNS. In a URL, some characters end the host or start an escape. The additional
 * label prevents that `127.1` is read as an IPv4 address.
 */
function asciiDomain(domain: string): string {
  const ascii = /[/?#%|^`{}]/.test(domain) ? '' : domainToASCII(`${domain}.x`).slice(0, -'.x'.length);
  return LABELS.test(ascii) ? ascii : '';
}

/** Returns the mailbox of a text such as `Example Times <news@example.com>`, or undefined if it is not exactly one. */
export function mailboxIn(text: string): Mailbox | undefined {
  const found = addressparser(text);
  const [first] = found;
  if (found.length !== 1 || !first || !('address' in first)) return undefined;
  const address = deliverableAddress(first.address ?? '');
  return address === undefined ? undefined : { address, ...(first.name && { name: first.name }) };
}

export const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1);

/** An address for the log: `a***@example.com`. */
export function maskedAddress(address: string): string {
  const at = address.lastIndexOf('@');
  return at < 1 ? '***' : `${String.fromCodePoint(address.codePointAt(0) ?? 0)}***${address.slice(at)}`;
}
