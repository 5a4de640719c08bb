/** WordPress' namespaces: 1.0 to 1.2 are read alike, and some exports say https. */
const PREFIXES: [RegExp, string][] = [
  [/^https?:\/\/wordpress\.org\/export\/\d+\.\d+\/?$/, 'wp:'],
  [/^https?:\/\/wordpress\.org\/export\/\d+\.\d+\/excerpt\/?$/, 'excerpt:'],
  [/^http:\/\/purl\.org\/rss\/1\.0\/modules\/content\/$/, 'content:'],
  [/^http:\/\/purl\.org\/dc\/elements\/1\.1\/$/, 'dc:'],
];

const known = new Map<string, string>([['', '']]);

/** An element's name under WordPress' own prefix for its namespace, whatever prefix the file chose. */
export function wxrName({ uri, prefix, local }: { uri: string; prefix: string; local: string }): string {
  const own = known.get(uri) ?? PREFIXES.find(([pattern]) => pattern.test(uri))?.[1];
  if (own === undefined) return `{${uri}}${prefix}:${local}`;
  known.set(uri, own);
  return own + local;
}
