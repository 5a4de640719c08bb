/** More mentions in one comment have no effect. */
const MOST_MENTIONS = 20;
/** A name of more words can be mentioned in quotation marks. */
const MOST_WORDS = 5;

/** The letters of scripts that write words, or what belongs to a name as in Korean, without a space between. An address hardly contains them. */
const UNSPACED = String.raw`\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Hangul}`;

/**
 * `@"Ada Lovelace"`, or `@` and the next words. The text before an @ must not belong to an address: a letter, a digit, a slash or an @,
 * also with the signs of addresses after it. All repetitions are bounded, and no part contains an @, so the time is linear in the
 * text.
 */
const MENTION = new RegExp(
  String.raw`(?<!(?![${UNSPACED}])[\p{L}\p{N}@＠/][._+-]{0,5})[@＠]` +
    String.raw`(?:"([^"@＠\n]{1,100})"|([\p{L}\p{N}][^\s@＠]{0,99}(?:[ \t]{1,3}[^\s@＠]{1,100}){0,4}))`,
  'gu',
);

/**
 * What ends a name within a word: the text of a link, a parenthesis, a comma without a space. Not the signs of `@dan/app`, `@dan_k`
 * and `@dan:example.com`, which are names of something else.
 */
const END = /[[\]()<>"“”„«»,;!?、。，；：！？（）「」]/u;
const TRAILING = /[^\p{L}\p{N}]{1,100}$/u;
/** `@Ada's post`, also with the apostrophe of typography. */
const POSSESSIVE = /['’]s$/u;
/** `@Ada你好`: a Latin name ends where the text goes on in a script without spaces. */
const BEFORE_UNSPACED = new RegExp(String.raw`^([\p{sc=Latin}\p{N}'’.-]{1,100})[${UNSPACED}]`, 'u');

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
    return [...shorter(name), name];
  });
  return [...new Set(names)].filter((name) => name !== '').reverse();
}

/** The name without what can follow its last word, the shortest first. */
function shorter(name: string): string[] {
  const space = name.lastIndexOf(' ') + 1;
  const [before, last] = [name.slice(0, space), name.slice(space)];
  const end = last.search(END);
  const word = (end === -1 ? last : last.slice(0, end)).replace(TRAILING, '');
  const shortest = BEFORE_UNSPACED.exec(word)?.[1] ?? word.replace(POSSESSIVE, '');
  const ends = [...new Set([shortest, word, last.replace(TRAILING, '')])].filter((each) => each !== '');
  return ends.map((each) => before + each);
}
