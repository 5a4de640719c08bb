import { isSafeAddress, safeSrcset } from './addresses.js';
import { linkAttributes } from './link-attributes.js';
import type { Policy } from './policy.js';
import { mayBeStyled, withoutStyle } from './style-attributes.js';

const ADDRESSES = new Set(['href', 'src', 'cite', 'poster']);
/**
 * The presence of these attributes is their value. Any other attribute without a value has no meaning, except an
 * empty `alt`.
 */
const SWITCHES = new Set(['controls', 'loop', 'muted', 'reversed', 'open']);
/** The values of these attributes are words or numbers. */
const FORMS: Record<string, RegExp> = {
  align: /^[a-z]{1,12}$/i,
  valign: /^[a-z]{1,12}$/i,
  clear: /^[a-z]{1,12}$/i,
  span: /^\d{1,4}$/,
  value: /^-?\d{1,9}$/,
};

export const mayHave = (policy: Policy, tag: string, name: string): boolean =>
  (name === 'class' && policy.classes !== undefined) ||
  (name === 'style' && policy.styles === true && mayBeStyled(tag)) ||
  (policy.attributes['*']?.has(name) ?? false) ||
  (Object.hasOwn(policy.attributes, tag) && (policy.attributes[tag]?.has(name) ?? false));

/** Returns the attributes of a start tag as text, with a space before each one. */
export function writeAttributes(policy: Policy, tag: string, given: ReadonlyMap<string, string>): string {
  let written = '';
  for (const [name, value] of tag === 'a' ? linkAttributes(policy, given) : withoutStyle(tag, given))
    written += writeAttribute(policy, name, value);
  return written;
}

function writeAttribute(policy: Policy, name: string, given: string): string {
  const value = safeValue(policy, name, given);
  if (value) return ` ${name}="${escapeAttribute(value)}"`;
  if (name === 'alt') return ' alt=""';
  return given === '' && SWITCHES.has(name) ? ` ${name}` : '';
}

/** Returns the permitted value, or '' if it is not permitted. */
function safeValue({ classes, schemes, namespace }: Policy, name: string, value: string): string {
  if (ADDRESSES.has(name)) return isSafeAddress(value, schemes) ? value : '';
  if (name === 'srcset') return safeSrcset(value, schemes);
  if ((name === 'id' || name === 'name') && namespace && value) return namespace + value;
  if (Object.hasOwn(FORMS, name)) return FORMS[name]?.test(value) ? value.toLowerCase() : '';
  if (name === 'class')
    return value
      .split(/\s+/)
      .filter((word) => classes?.test(word))
      .join(' ');
  return value;
}

export const escapeText = (text: string): string =>
  /[&<>]/.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text;

export const escapeAttribute = (value: string): string => escapeText(value).replaceAll('"', '&quot;');
