/** More mentions in one comment have no effect. */
const MOST_MENTIONS = 20;
/** A name of more words can be mentioned in quotation marks. */
const MOST_WORDS = 5;

/**
 * `@"Ada Lovelace"`, or `@` and the next words. The text before an @ must not belong to an address. All repetitions are
 * bounded, and no part contains an @, so the time is linear in the text.
 */
const MENTION =
  /(?<![\p{L}\p{N}_@/.+-])@(?:"([^"@\n]{1,100})"|([\p{L}\p{N}][^\s@]{0,99}(?:[ \t]{1,3}[^\s@]{1,100}){0,4}))/gu;

const TRAILING = /[^\p{L}\p{N}]{1,100}$/u;

/**
 * Returns for each mention in a text the names that it can mean, the longest first. A name can contain spaces, so only
 * the accounts that exist tell where it ends.
 */
export function mentionsIn(text: string): string[][] {
  const mentions: string[][] = [];
  for (const [, quoted, words] of text.normalize('NFC').matchAll(MENTION)) {
    mentions.push(quoted === undefined ? namesIn(words as string) : [quoted.trim()]);
    if (mentions.length === MOST_MENTIONS) break;
  }
  return mentions;
}

function namesIn(text: string): string[] {
  const words = text.split(/[ \t]+/, MOST_WORDS);
  const names = words.flatMap((_word, n) => {
    const name = words.slice(0, n + 1).join(' ');
    return [name.replace(TRAILING, ''), name];
  });
  return [...new Set(names)].reverse();
}
