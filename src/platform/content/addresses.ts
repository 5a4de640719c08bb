const SCHEME = /^([a-z][a-z0-9.+-]*):/i;
/** The address of another host, in any of the spellings that browsers accept. */
const OTHER_HOST = /^[/\\]{2}/;
/** The usual spelling, which takes the scheme of the page. */
const SCHEMELESS = /^[\0-\x20]*\/\/[^/\\\0-\x20]/;

/** Browsers ignore white space and control characters in an address, so this code does, too. */
const SKIPPED = /[\0-\x20]+/g;

/**
 * Tells whether a link can lead to this address: to the same site, to another host with the scheme of the page, or with
 * one of the schemes.
 */
export function isSafeAddress(address: string, schemes: ReadonlySet<string>): boolean {
  const read = address.replace(SKIPPED, '');
  const scheme = SCHEME.exec(read)?.[1];
  if (scheme) return schemes.has(scheme.toLowerCase());
  return !OTHER_HOST.test(read) || (SCHEMELESS.test(address) && schemes.has('https'));
}

const DESCRIPTOR = /^(?:\d+[whx]|\d*\.\d+x)$/;
const MOST_DESCRIPTORS = 2;

/**
 * Returns the permitted candidates of a `srcset`, or '' if there are none. Candidates with an unknown kind of
 * descriptor are removed.
 */
export function safeSrcset(srcset: string, schemes: ReadonlySet<string>): string {
  return candidates(srcset)
    .filter(([address = '']) => isSafeAddress(address, schemes))
    .map((words) => words.join(' '))
    .join(', ');
}

/** An address can contain commas. It ends at white space or at a comma at the end of its word. */
function candidates(srcset: string): string[][] {
  const kept: string[][] = [];
  let words: string[] = [];
  const end = () => {
    const [address, ...descriptors] = words;
    if (address && descriptors.length <= MOST_DESCRIPTORS && descriptors.every((d) => DESCRIPTOR.test(d)))
      kept.push(words);
    words = [];
  };
  for (const word of srcset.split(/\s+/)) {
    const parts = words.length === 0 ? [trimCommas(word)] : word.split(',');
    const ends = word.endsWith(',');
    for (const [n, part] of parts.entries()) {
      if (n > 0) end();
      if (part) words.push(part);
    }
    if (ends) end();
  }
  end();
  return kept;
}

function trimCommas(word: string): string {
  let start = 0;
  let end = word.length;
  while (word[start] === ',') start++;
  while (end > start && word[end - 1] === ',') end--;
  return word.slice(start, end);
}
