/** Returns the addresses of the player for the page of a video or a recording, the preferred one first. */
export function playersOf(page: URL): string[] {
  const host = page.hostname.replace(/^(?:www|m|music)\./, '');
  return Object.hasOwn(PLAYERS, host) ? (PLAYERS[host]?.(page) ?? []) : [];
}

type Players = (page: URL) => string[];

const PLAYERS: Record<string, Players> = {
  'youtube.com': youTube,
  'youtube-nocookie.com': youTube,
  'youtu.be': (page) => youTubePlayers(page, page.pathname.slice(1)),
  'vimeo.com': vimeo,
  'dailymotion.com': (page) =>
    dailymotion(/^\/(?:video|swf|embed\/video)\/([a-z0-9]+)/i.exec(page.pathname)?.[1]),
  'dai.ly': (page) => dailymotion(/^\/([a-z0-9]+)/i.exec(page.pathname)?.[1]),
  'open.spotify.com': ({ pathname }) =>
    /^\/(?:track|album|playlist|episode|show|artist)\/\w+$/.test(pathname)
      ? [`https://open.spotify.com/embed${pathname}`]
      : [],
  'soundcloud.com': ({ origin, pathname }) =>
    /^\/[\w-]+\/[\w-]+/.test(pathname)
      ? [`https://w.soundcloud.com/player/?url=${encodeURIComponent(origin + pathname)}`]
      : [],
  'ted.com': ({ pathname }) =>
    /^\/talks\/[\w-]+$/.test(pathname) ? [`https://embed.ted.com${pathname}`] : [],
  'videopress.com': ({ pathname }) => {
    const id = /^\/(?:v|embed)\/(\w+)$/.exec(pathname)?.[1];
    return id ? [`https://videopress.com/embed/${id}`] : [];
  },
  'codepen.io': ({ pathname }) => {
    const [, user, pen] = /^\/([\w-]+)\/(?:pen|full|details)\/(\w+)$/.exec(pathname) ?? [];
    return pen ? [`https://codepen.io/${user}/embed/${pen}`] : [];
  },
};

function youTube(page: URL): string[] {
  const list = page.searchParams.get('list') ?? '';
  if (page.pathname === '/playlist' && /^[\w-]+$/.test(list)) return onYouTube(`videoseries?list=${list}`);
  const inPath = /^\/(?:embed|v|shorts|live|e)\/([\w-]+)/.exec(page.pathname)?.[1];
  return youTubePlayers(page, page.searchParams.get('v') ?? inPath ?? '');
}

function youTubePlayers({ searchParams }: URL, id: string): string[] {
  if (!/^[\w-]{6,20}$/.test(id)) return [];
  const start = secondsOf(searchParams.get('t') ?? searchParams.get('start') ?? '');
  return onYouTube(start ? `${id}?start=${start}` : id);
}

const onYouTube = (video: string) => [
  `https://www.youtube-nocookie.com/embed/${video}`,
  `https://www.youtube.com/embed/${video}`,
];

/** `90`, `90s` or `1m30s` */
function secondsOf(time: string): number {
  const [, hours = 0, minutes = 0, seconds = 0] =
    /^(?:(\d{1,3})h)?(?:(\d{1,4})m)?(?:(\d{1,6})s?)?$/.exec(time) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}

function vimeo({ pathname, searchParams }: URL): string[] {
  const flash = pathname === '/moogaloop.swf' && /^\d+$/.exec(searchParams.get('clip_id') ?? '')?.[0];
  const [, id, hash] = /^\/(?:[\w/-]+\/)?(\d+)(?:\/([\da-f]+))?$/.exec(pathname) ?? [];
  const video = flash || id;
  return video ? [`https://player.vimeo.com/video/${video}${hash ? `?h=${hash}` : ''}`] : [];
}

const dailymotion = (id: string | undefined) => (id ? [`https://www.dailymotion.com/embed/video/${id}`] : []);
