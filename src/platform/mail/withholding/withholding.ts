import { domainToUnicode } from 'node:url';
import { domainOf, maskedAddress } from '../mail-address.js';
import { linksIn } from './links-in.js';
import { type Reading, readingsOf } from './readings.js';

/** What servers repeat in their responses and only the recipient or the operator may have. */
export interface Withheld {
  /** The address of the recipient. */
  address?: string;
  /** Texts with links, such as those to unsubscribe. */
  texts?: string[];
  /** The credentials for the server. */
  secrets: string[];
}

interface Rule {
  pattern: RegExp;
  by: string;
}

/** A part of the text, and what stands there instead. */
interface Gap {
  from: number;
  to: number;
  by: string;
}

/**
 * Returns the text without what it must not tell, however the server has escaped that: filters for spam repeat links from
 * HTML, and APIs answer with JSON. What is put in is not searched again.
 */
export function withholding(text: string, withheld: Withheld): string {
  const rules = rulesOf(withheld);
  const gaps = readingsOf(text).flatMap((reading) => rules.flatMap((rule) => gapsIn(reading, rule)));
  let told = '';
  let end = 0;
  for (const { from, to, by } of gaps.sort((a, b) => a.from - b.from || b.to - a.to)) {
    if (from >= end) told += text.slice(end, from) + by;
    end = Math.max(end, to);
  }
  return told + text.slice(end);
}

const gapsIn = ({ text, at }: Reading, { pattern, by }: Rule): Gap[] =>
  [...text.matchAll(pattern)].map(({ 0: { length }, index }) => ({
    from: at[index] ?? 0,
    to: at[index + length] ?? 0,
    by,
  }));

/** The characters of a link. */
const OF_A_LINK = `[^\\s<>"']`;

/** Shorter ones are parts of sentences. */
const LEAST_LOCAL = 5;
/** Not as a part of a word. */
const alone = (any: string): string => `(?<![\\p{L}\\p{N}])${any}(?![\\p{L}\\p{N}])`;

function rulesOf({ address, texts = [], secrets }: Withheld): Rule[] {
  const { hosts, tokens } = linksIn(texts);
  const local = address?.slice(0, -domainOf(address).length - 1) ?? '';
  return [
    ...rule(secrets, (any) => any, '[redacted]'),
    ...(address === undefined ? [] : rule(formsOf(address), (any) => any, maskedAddress(address))),
    ...(local.length < LEAST_LOCAL ? [] : rule([local], alone, maskedAddress(local))),
    // With or without a scheme before the host.
    ...rule([...hosts], (any) => `(?<=(?<![\\w.-])${any})[/?#]${OF_A_LINK}+`, '/…'),
    ...rule([...tokens], (any) => `${any}${OF_A_LINK}*`, '[redacted]'),
  ];
}

/** Servers also write the domain in its own script. */
function formsOf(address: string): string[] {
  const domain = domainOf(address);
  return [address, address.slice(0, -domain.length) + domainToUnicode(domain)];
}

/** A rule about any of the texts, the longest first, because one can begin with another one. */
function rule(texts: string[], around: (any: string) => string, by: string): Rule[] {
  if (texts.length === 0) return [];
  const any = texts
    .toSorted((a, b) => b.length - a.length)
    .map(exactly)
    .join('|');
  return [{ pattern: new RegExp(around(`(?:${any})`), 'giu'), by }];
}

const exactly = (text: string): string =>
  text.replace(/[^\w@]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16)}}`);
