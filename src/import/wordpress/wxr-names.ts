/** The namespaces of WordPress. The versions 1.0 to 1.2 are read in the same way, and some exports use https. */
const PREFIXES: [RegExp, string][] = [
  [/^https?:\/\/wordpress\.org\/export\/\d+\.\d+\/?$/, 'wp:'],
  [/^https?:\/\/wordpress\.org\/export\/\d+\.\d+\/excerpt\/?$/, 'excerpt:'],
  [/^http:\/\/purl\.org\/rss\/1\.0\/modules\/content\/$/, 'content:'],
  [/^http:\/\/purl\.org\/dc\/elements\/1\.1\/$/, 'dc:'],
];

const known = new Map<string, string>([['', '']]);

/**
 * Returns the name of an element with the prefix that WordPress uses for its namespace, whatever prefix the file
 * uses.
 */
export function wxrName({ uri, prefix, local }: { uri: string; prefix: string; local: string }): string {
  const own = known.get(uri) ?? PREFIXES.find(([pattern]) => pattern.test(uri))?.[1];
  if (own === undefined) return `{${uri}}${prefix}:${local}`;
  known.set(uri, own);
  return own + local;
}

const USUAL: ReadonlyMap<string, string> = new Map([
  ['wp', 'http://wordpress.org/export/1.2/'],
  ['excerpt', 'http://wordpress.org/export/1.2/excerpt/'],
  ['content', 'http://purl.org/rss/1.0/modules/content/'],
  ['dc', 'http://purl.org/dc/elements/1.1/'],
]);

/** Returns the namespace that a prefix has in WordPress exports. Every other prefix has a namespace of its own. */
export const usualNamespace = (prefix: string): string => USUAL.get(prefix) ?? `undeclared:${prefix}`;
