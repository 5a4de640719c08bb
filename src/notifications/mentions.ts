/** More mentions in one comment have no effect. */
const MOST_MENTIONS = 20;
/** A name of more words can be mentioned in quotation marks. */
const MOST_WORDS = 5;

/**
 * The scripts that write words, or what belongs to a name as in Korean, without a space between. An address hardly contains them.
 * A letter that several scripts share, such as the long vowel of Katakana, belongs to each of them.
 */
const UNSPACED = ['Han', 'Hira', 'Kana', 'Bopo', 'Hang', 'Thai', 'Laoo', 'Khmr', 'Mymr', 'Tibt']
  .map((script) => String.raw`\p{scx=${script}}`)
  .join('');

/**
 * The address of a page, from `://` or from a name of a host before a slash. An @ in it mentions nobody.
 * A name of a host is only looked for where one can begin, and all repetitions are bounded, so the time is linear in the text.
 */
const ADDRESS = new RegExp(
  String.raw`(?::\/\/|(?<![A-Za-z\d@＠._-])(?:[A-Za-z\d-]{1,63}\.){1,8}[A-Za-z]{2,24}(?::\d{1,5})?\/)` +
    String.raw`(?:[^\s()[\]<>"\x60|“”„«»—–…、。，；：！？（）「」]|\([^\s()<>"|]{0,200}\)|\[[^\s()[\]<>"|]{0,200}\]){0,2000}`,
  'gu',
);

/**
 * `@"Ada Lovelace"`, or `@` and the next words. The text before an @ must not belong to an address: a letter, a digit or an @, also
 * with the signs of addresses after it, or `?name=`. All repetitions are bounded, and no part contains an @, so the time is linear in
 * the text.
 */
const MENTION = new RegExp(
  String.raw`(?<!(?![${UNSPACED}])[\p{L}\p{N}@＠]\p{M}{0,4}[._+-]{0,5})(?<![?&][^\s?&=@＠]{1,50}=)[@＠]` +
    String.raw`(?:"([^"@＠\n]{1,100})"|([\p{L}\p{N}][^\s@＠]{0,99}(?:[ \t]{1,3}[^\s@＠]{1,100}){0,4}))`,
  'gu',
);

/** What precedes the @ of a path, such as `docs/@ada`. */
const IN_PATH = /\/[._+-]{0,5}$/;
/** The words of a mention that another one follows, as in `@Ada/@Bob`. */
const ENDS_WITH_SLASH = /^[^/]{1,600}\/[._+-]{0,5}$/;

/**
 * What ends a name within a word: the text of a link, a parenthesis, a comma without a space, a dash, a cell of a table, the end of
 * emphasis. Not the signs of `@dan/app`, `@dan_k` and `@dan:example.com`, which are names of something else.
 */
const END = /[[\](){}<>"“”„«»‹›,;!?|*\x60—–…،؛؟।、。，；：！？（）「」『』《》【】｜]|\.\.|--|~~/u;
/** A mark after a letter is a part of it, as in many scripts of India; one after another sign is not, as in emoji. */
const TRAILING = /(?:[^\p{L}\p{M}\p{N}]\p{M}{0,4}){1,100}$/u;
/** `@Ada's post`, also with the apostrophes of typography and in capitals. */
const POSSESSIVE = /['’ʼ＇]s$/iu;
/** `@Ada你好`: a name in a script with spaces ends where the text goes on in one without. */
const BEFORE_UNSPACED = new RegExp(
  String.raw`^((?:(?![${UNSPACED}])[\p{L}\p{M}\p{N}'’.-]){1,100})(?=\p{L})[${UNSPACED}]`,
  'u',
);

/**
 * Returns for each mention in a text the names that it can mean, the longest first. A name can contain spaces, so only
 * the accounts that exist tell where it ends.
 */
export function mentionsIn(text: string): string[][] {
  const mentions: string[][] = [];
  const prose = text.normalize('NFC').replace(ADDRESS, '\n');
  /** Where a slash is not the one of a path. */
  let next = -1;
  for (const { 0: whole, 1: quoted, 2: words = '', index } of prose.matchAll(MENTION)) {
    if (index !== next && IN_PATH.test(prose.slice(Math.max(0, index - 6), index))) continue;
    mentions.push(quoted === undefined ? namesIn(words) : [quoted.trim()]);
    if (mentions.length === MOST_MENTIONS) break;
    const end = index + whole.length;
    next = quoted !== undefined && prose[end] === '/' ? end + 1 : ENDS_WITH_SLASH.test(words) ? end : -1;
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
  const word = trimmed(end === -1 ? last : last.slice(0, end));
  const start = BEFORE_UNSPACED.exec(word)?.[1] ?? word;
  const owner = start.replace(POSSESSIVE, '');
  const ends = [trimmed(owner), owner, start, word, trimmed(last)].filter((each) => each !== '');
  return [...new Set(ends)].map((each) => before + each);
}

const trimmed = (word: string): string => word.replace(TRAILING, '');
