/** The rows and columns of a keyboard, and the alphabets. */
const TRACKS = [
  '0123456789',
  '1234567890',
  'abcdefghijklmnopqrstuvwxyz',
  'qwertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'qwertzuiop',
  'azertyuiop',
  '1qaz2wsx3edc4rfv5tgb6yhn7ujm',
  'qazwsxedcrfvtgbyhnujm',
  '1q2w3e4r5t6y7u8i9o0p',
];
/** Shorter sequences occur in ordinary words, for example "fed", "ref" and "123". */
const SHORTEST_RUN = 4;
/** Repeating a unit of at most this length does not make a password harder to guess. */
const LONGEST_UNIT = 4;
const SHORTEST_LISTED = 8;

const cycles = TRACKS.flatMap((track) => [track, [...track].reverse().join('')]).map(
  (track) => track + track,
);

let listed: Promise<ReadonlySet<string>> | undefined;

/**
 * The 50,000 most frequent passwords of leaks. They are parsed at the first use, and only those that pass the other
 * rules are kept.
 */
const commonest = () =>
  (listed ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) =>
      new Set(dictionary['passwords-common'].filter((word) => word.length >= SHORTEST_LISTED)),
  ));

/** Returns the smallest unit that the text repeats, or the text itself if it repeats none. */
function unitOf(text: string): string {
  const at = (text + text).indexOf(text, 1);
  return text.slice(0, at);
}

/** Returns the text without runs along a track, for example `!` for `qwertz12345!`. */
function besideRuns(text: string): string {
  let rest = '';
  for (let at = 0; at < text.length;) {
    let end = at + 1;
    while (end < text.length && cycles.some((cycle) => cycle.includes(text.slice(at, end + 1)))) end++;
    if (end - at < SHORTEST_RUN) rest += text[at++];
    else at = end;
  }
  return rest;
}

/**
 * Tells whether the password is among those that attackers guess first (NIST SP 800-63B-4, 3.1.1.2: commonly used,
 * repetitive or sequential). Case is ignored. Examples are `123456789012345`, `passwordpassword`, `qwertyuiopasdfg`
 * and `aaaaaaaaaaaaaaa`.
 * @param known what an attacker knows about the account, such as its email address
 */
export async function isCommon(password: string, known: string[] = []): Promise<boolean> {
  const text = password.toLowerCase();
  const unit = unitOf(text);
  if (unit.length <= LONGEST_UNIT || known.some((word) => word.toLowerCase() === text)) return true;
  if (besideRuns(text.slice(0, 128)) === '' && text.length <= 128) return true;
  const words = await commonest();
  return words.has(text) || words.has(unit);
}
