import { decodeHTML } from 'entities';

/** The arguments of a shortcode. Values are HTML, as in the source. Names are in lower case. */
export interface ShortcodeArguments {
  named: ReadonlyMap<string, string>;
  /** The arguments without a name, in order. */
  others: string[];
}

const ARGUMENT =
  /([\w-]+)\s*=\s*"([^"]*)"|([\w-]+)\s*=\s*'([^']*)'|([\w-]+)\s*=\s*([^\s"']+)|"([^"]*)"|'([^']*)'|(\S+)/g;

const STRAIGHT = /["']/;
/** Editors and copied text turn quotation marks into these. */
const OTHER_QUOTES = /[\u201c\u201d\u201e\u2033\u00ab\u00bb]|&quot;|&#(?:34|8220|8221|8243);|&[lr]dquo;/g;

export function shortcodeArguments(args: string): ShortcodeArguments {
  const named = new Map<string, string>();
  const others: string[] = [];
  const text = STRAIGHT.test(args) ? args : args.replace(OTHER_QUOTES, '"');
  for (const [, a, inDouble, b, inSingle, c, bare, double, single, word] of text.matchAll(ARGUMENT)) {
    const name = a ?? b ?? c;
    if (name !== undefined) named.set(name.toLowerCase(), inDouble ?? inSingle ?? bare ?? '');
    else others.push(double ?? single ?? word ?? '');
  }
  return { named, others };
}

/** Returns the first web address among the arguments, or undefined. */
export function addressAmong(
  { named, others }: ShortcodeArguments,
  names: readonly string[],
): string | undefined {
  const given = [...names.map((name) => named.get(name)), ...others.map((other) => other.replace(/^=/, ''))];
  return given
    .map((value) => value && decodeHTML(value).trim())
    .find((value) => value && isWebAddress(value));
}

const LONGEST_ADDRESS = 2000;

export const isWebAddress = (text: string) =>
  text.length <= LONGEST_ADDRESS && /^https?:\/\/[^\s<>"]+$/i.test(text);
