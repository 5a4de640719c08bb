/** Rows and columns of a keyboard, and the alphabets. */
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
/** Shorter sequences occur in ordinary words: "fed", "ref", "123". */
const SHORTEST_RUN = 4;
/** Repeating such a unit does not make a password harder to guess. */
const LONGEST_UNIT = 4;
const SHORTEST_LISTED = 8;

const cycles = TRACKS.flatMap((track) => [track, [...track].reverse().join('')]).map(
  (track) => track + track,
);

let listed: Promise<ReadonlySet<string>> | undefined;

/** 50,000 passwords from leaks by frequency; parsed at the first use, and kept as far as they may be chosen at all. */
const commonest = () =>
  (listed ??= import('@zxcvbn-ts/language-common').then(
    ({ dictionary }) =>
      new Set(dictionary['passwords-common'].filter((word) => word.length >= SHORTEST_LISTED)),
  ));

/** The smallest unit that the text repeats; the text itself when it repeats none. */
function unitOf(text: string): string {
  const at = (text + text).indexOf(text, 1);
  return text.slice(0, at);
}

/** The text without runs along a track: `qwertz12345!` leaves `!`. */
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
 * Is it among the passwords that are guessed first (NIST SP 800-63B-4, 3.1.1.2: commonly used, repetitive or
 * sequential)? Case does not count. `123456789012345`, `passwordpassword`, `qwertyuiopasdfg` and `aaaaaaaaaaaaaaa` are.
 * @param known what an attacker knows of the account, such as its e-mail address
 */
export async function isCommon(password: string, known: string[] = []): Promise<boolean> {
  const text = password.toLowerCase();
  const unit = unitOf(text);
  if (unit.length <= LONGEST_UNIT || known.some((word) => word.toLowerCase() === text)) return true;
  if (besideRuns(text.slice(0, 128)) === '' && text.length <= 128) return true;
  const words = await commonest();
  return words.has(text) || words.has(unit);
}
