/** A part of a text. `href` is set if it is an address. */
export interface LinkedText {
  text: string;
  href?: string;
}

/** Each part has a maximum length, so each position of the text is read at most a few hundred times. */
const ADDRESS =
  /(?<![\p{L}\p{N}_@./])(?:(?:https?:\/\/|www\.)[^\s<>"]{1,2000}|[a-z0-9][a-z0-9._+-]{0,63}@[a-z0-9.-]{1,255})/giu;
const NO_HOST = /^(?:https?:\/\/|www\.)?$/i;
const MAIL_HOST = /^(?:[a-z0-9-]{1,63}\.){1,9}[a-z]{2,24}$/i;

const TRAILING = /[\p{P}\p{S}]/u;
/** Other punctuation at the end usually belongs to the sentence, not to the address. */
const STAYS = new Set([...'/-_=&#%+~@$']);

/** Splits a text at the web and email addresses that it contains. */
export function splitAtLinks(text: string): LinkedText[] {
  if (!/[@:]|www\./i.test(text)) return [{ text }];
  const pieces: LinkedText[] = [];
  let done = 0;
  for (const match of text.matchAll(ADDRESS)) {
    const address = trimmed(match[0]);
    if (!isAddress(address)) continue;
    if (match.index > done) pieces.push({ text: text.slice(done, match.index) });
    pieces.push({ text: address, href: hrefOf(address) });
    done = match.index + address.length;
  }
  if (done < text.length) pieces.push({ text: text.slice(done) });
  return pieces;
}

function isAddress(address: string): boolean {
  if (/^(?:https?:|www\.)/i.test(address)) return !NO_HOST.test(address);
  return MAIL_HOST.test(address.slice(address.indexOf('@') + 1));
}

function hrefOf(address: string): string {
  if (/^https?:/i.test(address)) return address;
  return /^www\./i.test(address) ? `http://${address}` : `mailto:${address}`;
}

/**
 * Removes punctuation that belongs to the sentence. A closing bracket is kept if the address contains the opening
 * one.
 */
function trimmed(address: string): string {
  let open = 0;
  for (const character of address) open += character === '(' ? 1 : character === ')' ? -1 : 0;
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1] as string;
    if (last === ')') {
      if (open >= 0) break;
      open++;
    } else if (!TRAILING.test(last) || STAYS.has(last)) break;
  }
  return address.slice(0, end);
}
