import { domainToASCII } from 'node:url';

/** The maximum length of a name in DNS. */
const MOST_DOMAIN_CHARACTERS = 253;
/** Dots, and invisible characters. */
const NOTHING_AT_END = /[.\u3002\uff0e\uff61\p{Default_Ignorable_Code_Point}\p{Cf}]+$/u;
/** In a URL, some of these characters end the host or start an escape. */
const NO_DOMAIN = /["#%/:<>?@[\\\]^`{|}]/;

/**
 * Returns the canonical form of an email address: NFC, case folded, and the domain as in DNS (IDNA, ASCII) without
 * a trailing dot. It never distinguishes what PostgreSQL's lower() does not distinguish, so that all spellings of
 * an account share the counts of a limit: İ, ı and i are one letter in a local part.
 */
export function canonicalEmail(email: string): string {
  const lowered = lower(email.normalize('NFC'));
  const at = lowered.lastIndexOf('@');
  return `${folded(lowered.slice(0, at))}@${asciiDomain(lowered.slice(at + 1))}`;
}

/**
 * Converts letter by letter, so that a sigma at the end of a word stays a sigma, and `i` never has a combining dot
 * above.
 */
const lower = (text: string) =>
  Array.from(text, (letter) => letter.toLowerCase())
    .join('')
    .normalize('NFD')
    .replace(/i\p{M}+/gu, (marked) => marked.replaceAll('\u0307', ''))
    .normalize('NFC');

/** The full case folding of Unicode: `ẞ`, `ß` and `SS` become `ss`. */
const folded = (text: string) => lower(text.toUpperCase());

/**
 * Characters that IDNA ignores can hide dots at the end, and a domain that IDNA rejects can be valid in another
 * spelling (NFKC).
 */
function asciiDomain(domain: string): string {
  const bare = domain.normalize('NFKC').replace(NOTHING_AT_END, '');
  const ascii = NO_DOMAIN.test(bare) ? '' : toAscii(bare).replace(NOTHING_AT_END, '');
  return ascii === '' || ascii.length > MOST_DOMAIN_CHARACTERS
    ? folded(domain.replace(NOTHING_AT_END, ''))
    : ascii;
}

/** Returns '' if IDNA rejects the domain. The additional label prevents that `127.1` is read as an IPv4 address. */
function toAscii(domain: string): string {
  return domainToASCII(`${domain}.x`).slice(0, -'.x'.length);
}
