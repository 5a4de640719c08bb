/** What the links of a message give away. */
export interface Links {
  /** Their hosts, after which a path follows. */
  hosts: Set<string>;
  /** How their paths and the parts of these begin, where they can be a secret. */
  tokens: Set<string>;
}

/**
 * A token of fewer characters is none: 16 contain at most 96 bits in base64url. Shorter parts are words such as
 * `unsubscribe`, of which reasons also speak. The start of a longer one suffices to recognize it, also if a server cuts it.
 */
const TOKEN_START = 16;

const LINK = /https?:\/\/([^\s/?#<>"']+)[^\s<>"']*/giu;

export function linksIn(texts: string[]): Links {
  const hosts = new Set<string>();
  const tokens = new Set<string>();
  for (const [link, host = ''] of texts.flatMap((text) => [...text.matchAll(LINK)])) {
    hosts.add(host);
    if (!URL.canParse(link)) continue;
    const url = new URL(link);
    hosts.add(url.host);
    for (const start of startsIn(url.href.slice(url.origin.length))) tokens.add(start);
  }
  return { hosts, tokens };
}

/** Of the whole path with its query, and of each segment and value, with and without escapes. */
const startsIn = (path: string): string[] =>
  [path, ...path.split(/[/?#&=]/)]
    .flatMap((part) => [part, withoutEscapes(part)])
    .map((part) => Array.from(part).slice(0, TOKEN_START))
    .filter(({ length }) => length === TOKEN_START)
    .map((characters) => characters.join(''));

function withoutEscapes(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
