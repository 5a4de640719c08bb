import { domainToASCII } from 'node:url';

/** DNS has no longer name. */
const MOST_DOMAIN_CHARACTERS = 253;
/** Dots, and characters that nobody sees. */
const NOTHING_AT_END = /[.\u3002\uff0e\uff61\p{Default_Ignorable_Code_Point}\p{Cf}]+$/u;
/** A URL takes some of these for the end of its host, or for an escape. */
const NO_DOMAIN = /["#%/:<>?@[\\\]^`{|}]/;

/**
 * What makes two e-mail addresses one: NFC, case folded, the domain as DNS writes it (IDNA, ASCII) without a dot at its
 * end. Never finer than PostgreSQL's lower(), so that one bucket of a limit stands for every spelling of an account:
 * İ, ı and i are one letter in a local part.
 */
export function canonicalEmail(email: string): string {
  const lowered = lower(email.normalize('NFC'));
  const at = lowered.lastIndexOf('@');
  return `${folded(lowered.slice(0, at))}@${asciiDomain(lowered.slice(at + 1))}`;
}

/** Letter by letter, so that a sigma at the end of a word is a sigma; and `i` never has a dot of its own above it. */
const lower = (text: string) =>
  Array.from(text, (letter) => letter.toLowerCase())
    .join('')
    .normalize('NFD')
    .replace(/i\p{M}+/gu, (marked) => marked.replaceAll('\u0307', ''))
    .normalize('NFC');

/** Unicode's full case folding: `ẞ`, `ß` and `SS` are `ss`. */
const folded = (text: string) => lower(text.toUpperCase());

/** What IDNA leaves out may hide dots at the end, and what it refuses may be one in another spelling (NFKC). */
function asciiDomain(domain: string): string {
  const bare = domain.normalize('NFKC').replace(NOTHING_AT_END, '');
  const ascii = NO_DOMAIN.test(bare) ? '' : toAscii(bare).replace(NOTHING_AT_END, '');
  return ascii === '' || ascii.length > MOST_DOMAIN_CHARACTERS
    ? folded(domain.replace(NOTHING_AT_END, ''))
    : ascii;
}

/** '' where IDNA has no such domain. The label behind it keeps `127.1` from being read as an IPv4 address. */
function toAscii(domain: string): string {
  return domainToASCII(`${domain}.x`).slice(0, -'.x'.length);
}
