/** The namespaces in scope, by prefix. The default namespace has the prefix ''. */
export type Namespaces = ReadonlyMap<string, string>;
export const WITHOUT_NAMESPACES: Namespaces = new Map();

/** The prefixes of WordPress exports, and their namespaces. */
const WORDPRESS: Record<string, RegExp> = {
  wp: /^https?:\/\/wordpress\.org\/export\/\d\.\d\/?$/,
  excerpt: /^https?:\/\/wordpress\.org\/export\/\d\.\d\/excerpt\/?$/,
  content: /^http:\/\/purl\.org\/rss\/1\.0\/modules\/content\/$/,
  dc: /^http:\/\/purl\.org\/dc\/elements\/1\.1\/$/,
};

const DECLARATION = /^xmlns(?::(.+))?$/;

/** Returns the namespaces within an element with these attributes. */
export function withDeclared(around: Namespaces, attributes: Record<string, string>): Namespaces {
  const declared = Object.entries(attributes).flatMap(([name, uri]): [string, string][] => {
    const found = DECLARATION.exec(name);
    return found ? [[found[1] ?? '', uri]] : [];
  });
  return declared.length === 0 ? around : new Map([...around, ...declared]);
}

/**
 * Returns the name of an element with the prefix that WordPress uses for its namespace. A name of another namespace that
 * looks like one of WordPress begins with that namespace. A prefix without a declaration has its usual meaning.
 */
export function canonicalName(name: string, namespaces: Namespaces): string {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(colon, 0));
  const uri = namespaces.get(prefix) ?? '';
  if (uri === '') return name;
  const usual = Object.keys(WORDPRESS).find((one) => WORDPRESS[one]?.test(uri));
  if (usual !== undefined) return `${usual}:${name.slice(colon + 1)}`;
  return prefix === '' || prefix in WORDPRESS ? `{${uri}}${name}` : name;
}
