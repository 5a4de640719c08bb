/** The namespaces of WordPress. The versions 1.0 to 1.2 are read in the same way, and some exports use https. */
const PREFIXES: [RegExp, string][] = [
  [/^https?:\/\/wordpress\.org\/export\/\d+\.\d+\/?$/, 'wp:'],
  [/^https?:\/\/wordpress\.org\/export\/\d+\.\d+\/excerpt\/?$/, 'excerpt:'],
  [/^http:\/\/purl\.org\/rss\/1\.0\/modules\/content\/$/, 'content:'],
  [/^http:\/\/purl\.org\/dc\/elements\/1\.1\/$/, 'dc:'],
];

/** The namespaces of a file that are those of WordPress. A file can contain any number of versions. */
const known = new Map<string, string>();
const MOST_KNOWN = 100;

/** Longer namespaces and prefixes are none of WordPress, and are shortened in names. */
const LONGEST = 100;

/**
 * Returns the name of an element with the prefix that WordPress uses for its namespace, whatever prefix the file
 * uses. An element of another namespace has the name that the file uses, after the namespace where that name could be one
 * of WordPress.
 */
export function wxrName({ uri, prefix, local }: { uri: string; prefix: string; local: string }): string {
  const own = prefixOf(uri);
  return own === undefined ? foreignName(uri, prefix, local) : own + local;
}

function prefixOf(uri: string): string | undefined {
  if (uri === '') return '';
  if (uri.length > LONGEST) return undefined;
  const own = known.get(uri) ?? PREFIXES.find(([pattern]) => pattern.test(uri))?.[1];
  if (own !== undefined && known.size < MOST_KNOWN) known.set(uri, own);
  return own;
}

function foreignName(uri: string, prefix: string, local: string): string {
  if (prefix === '') return `{${shortened(uri)}}${local}`;
  return USUAL.has(prefix) ? `{${shortened(uri)}}${prefix}:${local}` : `${shortened(prefix)}:${local}`;
}

const shortened = (text: string) =>
  text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}…` : text;

const USUAL: ReadonlyMap<string, string> = new Map([
  ['wp', 'http://wordpress.org/export/1.2/'],
  ['excerpt', 'http://wordpress.org/export/1.2/excerpt/'],
  ['content', 'http://purl.org/rss/1.0/modules/content/'],
  ['dc', 'http://purl.org/dc/elements/1.1/'],
]);

/** Returns the namespace that a prefix has in WordPress exports. Every other prefix has a namespace of its own. */
export const usualNamespace = (prefix: string): string => USUAL.get(prefix) ?? `undeclared:${prefix}`;
