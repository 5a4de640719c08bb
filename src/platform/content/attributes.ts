import { isSafeAddress, safeSrcset } from './addresses.js';
import type { Policy } from './policy.js';

const ADDRESSES = new Set(['href', 'src', 'cite', 'poster']);
/**
 * The presence of these attributes is their value. Any other attribute without a value has no meaning, except an
 * empty `alt`.
 */
const SWITCHES = new Set(['controls', 'loop', 'muted', 'reversed', 'open']);

export const mayHave = (policy: Policy, tag: string, name: string): boolean =>
  (name === 'class' && policy.classes !== undefined) ||
  (policy.attributes['*']?.has(name) ?? false) ||
  (Object.hasOwn(policy.attributes, tag) && (policy.attributes[tag]?.has(name) ?? false));

/** Returns the attributes of a start tag as text, with a space before each one. */
export function writeAttributes(policy: Policy, tag: string, given: ReadonlyMap<string, string>): string {
  let written = '';
  for (const [name, value] of tag === 'a' ? linkAttributes(policy, given) : given)
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
  if (name === 'id' && namespace && value) return namespace + value;
  if (name === 'class')
    return value
      .split(/\s+/)
      .filter((word) => classes?.test(word))
      .join(' ');
  return value;
}

function linkAttributes({ rel, namespace }: Policy, given: ReadonlyMap<string, string>): Map<string, string> {
  const attributes = new Map(given);
  const href = given.get('href');
  if (namespace && href?.startsWith('#')) attributes.set('href', `#${namespace}${href.slice(1)}`);
  const wanted = rel(given.get('target') ?? '');
  if (wanted) attributes.set('rel', wanted);
  return attributes;
}

export const escapeText = (text: string): string =>
  /[&<>]/.test(text) ? text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;') : text;

const escapeAttribute = (value: string): string => escapeText(value).replaceAll('"', '&quot;');
