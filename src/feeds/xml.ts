import { escapeText } from '../platform/content/attributes.js';

declare const written: unique symbol;

/** XML that this file has written: its texts are escaped and contain only characters that XML permits. */
export type Xml = string & { readonly [written]: true };

/** The attributes of an element. Undefined omits one. */
type Attributes = Readonly<Record<string, string | undefined>>;

/** The characters that XML 1.0 excludes, which no reference can represent either. */
// eslint-disable-next-line no-control-regex -- These characters are the subject.
const INVALID = /[\x00-\x08\v\f\x0e-\x1f\ufffe\uffff]/g;

/**
 * Returns the text without characters that no XML document can contain. This is never done to a document: what stands
 * around a removed character can become markup.
 */
export const validText = (text: string): string => text.toWellFormed().replace(INVALID, '');

/** A parser turns a carriage return into a line feed, unless it is a reference. */
const escaped = (text: string): string => escapeText(validText(text)).replaceAll('\r', '&#13;');

/** A parser turns white space of an attribute into spaces, unless it is a reference. */
const escapedValue = (value: string): string =>
  escaped(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;').replaceAll('\t', '&#9;');

const startOf = (name: string, attributes: Attributes): string =>
  [
    name,
    ...Object.entries(attributes).flatMap(([key, value]) =>
      value === undefined ? [] : [`${key}="${escapedValue(value)}"`],
    ),
  ].join(' ');

/** Writes an element with a text, which a parser reads exactly as `validText` returns it. */
export const textElement = (name: string, text: string, attributes: Attributes = {}): Xml =>
  `<${startOf(name, attributes)}>${escaped(text)}</${name}>` as Xml;

/** Writes an element with other elements, or an empty one. */
export function element(name: string, attributes: Attributes, children: Xml[] = []): Xml {
  const start = startOf(name, attributes);
  return (children.length === 0 ? `<${start}/>` : `<${start}>\n${children.join('\n')}\n</${name}>`) as Xml;
}

export const xmlDocument = (root: Xml): string => `<?xml version="1.0" encoding="UTF-8"?>\n${root}\n`;
