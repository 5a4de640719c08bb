import type { Policy } from './policy.js';

/** These targets are places of the page that shows the body, and no names in the body. */
const OF_THE_PAGE = /^#(?:top$|$|:~:)/i;

/**
 * Returns the attributes of a link. Names in the body have a prefix, so links to them get it, too. A `name` is an
 * older form of an `id`.
 */
export function linkAttributes(policy: Policy, given: ReadonlyMap<string, string>): Map<string, string> {
  const attributes = new Map<string, string>();
  const id = given.get('id');
  for (const [name, value] of given) {
    if (name === 'href') attributes.set(name, ownTarget(policy, value));
    else if (name !== 'name') attributes.set(name, value);
    else if (!id) attributes.set('id', value);
    else if (value !== id) attributes.set(name, value);
  }
  const rel = relation(policy, given);
  if (rel || given.has('rel')) attributes.set('rel', rel);
  return attributes;
}

function ownTarget({ namespace }: Policy, href: string): string {
  const target = href.trim();
  if (!namespace || !target.startsWith('#') || OF_THE_PAGE.test(target)) return href;
  return `#${namespace}${target.slice(1)}`;
}

/** Adds the tokens that the policy requires to those that it keeps. */
function relation({ rel }: Policy, given: ReadonlyMap<string, string>): string {
  const words = (given.get('rel') ?? '').toLowerCase().split(/\s+/);
  const kept = words.filter((word) => word && rel.keeps.test(word));
  return [...new Set([...kept, ...rel.adds, ...(given.get('target') ? rel.addsWithTarget : [])])].join(' ');
}
