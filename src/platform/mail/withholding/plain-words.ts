/** What follows in a run of characters that is not made of words and numbers. */
const REST = '…';
const PART = /[\p{L}\p{M}\p{N}]+/gu;

/** Longer words are hardly in a sentence, and longer numbers are identifiers. */
const MOST_LETTERS = 40;
const MOST_DIGITS = 10;

const NUMBER = /^\p{N}+$/u;
/** `Mailbox`, `UNKNOWN`, `почта`, `NoSuchUser`, `SMTPServer`, `invalidId`, and not `Rk9wQ` or `dGhlIH`. */
const WORD =
  /^(?:\p{Lu}+s?|\p{Lu}{0,4}[\p{Ll}\p{Lo}\p{Lm}\p{Lt}\p{M}]+(?:\p{Lu}[\p{Ll}\p{M}]{2,})*(?:ID|Id|URL)?)$/u;
/** `mx27`, `TLSv1`, `5xx`, `10MB`, and not `pa55word`. */
const NUMBERED = /^(?:(\p{L}{1,12})\p{N}{1,4}|\p{N}{1,5}\p{L}{1,2}|[\p{L}\p{N}]{1,3})$/u;

/** The local part of an address. */
const LOCAL = /(?<=^|[<>"'(),:;[\]=])([^<>"'(),:;[\]=@])[^<>"'(),:;[\]=@]*@/gu;

/**
 * Returns a text of a server as far as it consists of words, numbers and names of hosts: what an operator reads. Of another
 * run of characters, such as a password in hexadecimal, a token in base64 or an identifier, only the words at its beginning
 * remain. What is no sentence can be anything, in any encoding, and nobody can list the encodings.
 */
export const plainWords = (text: string): string =>
  text.replace(/\p{Cf}/gu, '').replace(/\S+/gu, (run) => words(run.replace(LOCAL, '$1***@')));

function words(run: string): string {
  for (const { 0: part, index } of run.matchAll(PART)) if (!isPlain(part)) return run.slice(0, index) + REST;
  return run;
}

function isPlain(part: string): boolean {
  if (NUMBER.test(part)) return part.length <= MOST_DIGITS;
  if (part.length > MOST_LETTERS) return false;
  const numbered = NUMBERED.exec(part);
  return WORD.test(numbered?.[1] ?? part) || (numbered !== null && numbered[1] === undefined);
}
