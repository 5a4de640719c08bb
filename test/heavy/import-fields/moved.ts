/** The same export after the site has moved to https, to www, or to another case of its host. */
export function movedFiles(text: string): Record<string, string> {
  const host = hostOf(text);
  if (!host) return {};
  const bare = host.replace(/^www\./, '');
  const address = new RegExp(`https?://(?:www\\.)?${bare.replaceAll('.', String.raw`\.`)}(?![\\w.-])`, 'gi');
  const to = (start: string) => text.replace(address, start);
  return {
    http: to(`http://${bare}`),
    https: to(`https://${bare}`),
    www: to(`https://www.${bare}`),
    upper: to(`HTTPS://${bare.toUpperCase()}`),
  };
}

function hostOf(text: string): string | undefined {
  const named =
    /<wp:base_blog_url>\s*(?:<!\[CDATA\[)?\s*([^<\]]+)/.exec(text)?.[1] ??
    /<channel>[^]*?<link>\s*([^<]+)/.exec(text)?.[1];
  return named === undefined ? undefined : URL.parse(named.trim())?.host;
}
