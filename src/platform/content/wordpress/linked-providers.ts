import { playersOf } from '../embed-players.js';

/** Sites whose pages WordPress embeds with scripts of the site. They become links. */
const LINKED: ReadonlySet<string> = new Set(
  (
    'animoto.com bsky.app cloudup.com crowdsignal.com facebook.com flickr.com flic.kr imgur.com instagram.com issuu.com ' +
    'kickstarter.com mixcloud.com pinterest.com polldaddy.com reddit.com reverbnation.com screencast.com scribd.com ' +
    'slideshare.net smugmug.com soundcloud.com speakerdeck.com ted.com tiktok.com tumblr.com twitter.com x.com wordpress.tv'
  ).split(' '),
);

/** Tells whether the address is a page that a site offers for embedding. */
export function linkedProvider(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  const host = url.hostname.replace(/^(?:www|m|mobile)\./, '');
  return url.pathname.length > 1 && (LINKED.has(host) || playersOf(url).length > 0);
}
