/** The players of well-known sites, which do not show content of other sites. */
export const DEFAULT_PROVIDERS: readonly string[] = [
  'youtube.com/embed/',
  'youtube-nocookie.com/embed/',
  'player.vimeo.com/video/',
  'dailymotion.com/embed/',
  'geo.dailymotion.com/player',
  'videopress.com/embed/',
  'embed.ted.com/talks/',
  'player.twitch.tv/',
  'archive.org/embed/',
  'open.spotify.com/embed/',
  'w.soundcloud.com/player/',
  'bandcamp.com/EmbeddedPlayer/',
  'embed.podcasts.apple.com/',
  'google.com/maps/embed',
  'openstreetmap.org/export/embed.html',
];

/** Sites whose frames are shown: a host, or a host and the beginning of a path. `www.` makes no difference. */
interface Provider {
  host: string;
  path: string;
}

/** The list of the setting EMBED_PROVIDERS. */
export class EmbedProviders {
  private static readonly made = new WeakMap<readonly string[], EmbedProviders>();
  private readonly providers: Provider[];

  constructor(entries: readonly string[]) {
    this.providers = entries.flatMap((entry) => providerOf(entry) ?? []);
  }

  /** Parses a list once. */
  static of(entries: readonly string[]): EmbedProviders {
    const providers = EmbedProviders.made.get(entries) ?? new EmbedProviders(entries);
    EmbedProviders.made.set(entries, providers);
    return providers;
  }

  /** Tells whether a frame may show this address. A lookalike host, another port or a user name is not permitted. */
  allow({ protocol, host, username, password, pathname }: URL): boolean {
    if (protocol !== 'https:' || username || password) return false;
    const bare = withoutWww(host);
    return this.providers.some((provider) => provider.host === bare && pathname.startsWith(provider.path));
  }
}

/** Returns undefined if the entry is not a host with an optional path. */
export function providerOf(entry: string): Provider | undefined {
  if (!/^[^\s/:@?#*\\]+\.[^\s/:@?#*\\]+(?:\/[^\s?#\\]*)?$/.test(entry) || !URL.canParse(`https://${entry}`))
    return undefined;
  const { host, pathname } = new URL(`https://${entry}`);
  return { host: withoutWww(host), path: pathname };
}

const withoutWww = (host: string) => host.replace(/^www\./, '');
