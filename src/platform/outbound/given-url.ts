import ipaddr from 'ipaddr.js';
import { type AllowList, isUsualPort } from './allow-list.js';
import { AddressRefused } from './outbound-fault.js';

const MOST_CHARACTERS = 2000;
/** The WHATWG parser removes or replaces these, and unpaired surrogates, so that the text shows another host than the one that is called. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const REWRITTEN = /[\s\\\u0000-\u0020\u007f-\u00a0\u200b-\u200f\u2028-\u202e\ufeff]/;
const HTTP = /^https?:\/\/(?=[^/])/i;
const AUTHORITY = /^https?:\/\/([^/?#]*)/i;
const NAME = /^(?:[a-z0-9_-]{1,63}\.)+[a-z0-9_-]{1,63}$/;
const MOST_NAME = 253;

export const portOf = ({ protocol, port }: Pick<URL, 'protocol' | 'port'>): number =>
  port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port);

/** Returns the host as names and addresses are compared: an IPv6 address has no brackets. */
export const hostOf = ({ hostname }: Pick<URL, 'hostname'>): string =>
  hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;

/**
 * Parses a URL that a user gave. It checks everything that does not require the resolution of a name.
 * @throws AddressRefused
 */
export function parseGivenUrl(text: string, allowed: AllowList): URL {
  if (text.length > MOST_CHARACTERS || REWRITTEN.test(text) || !text.isWellFormed())
    throw new AddressRefused('form');
  if (!HTTP.test(text)) throw new AddressRefused(URL.canParse(text) ? 'scheme' : 'form');
  const authority = (AUTHORITY.exec(text) as RegExpExecArray)[1] as string;
  if (authority.includes('@')) throw new AddressRefused('user_info');
  const url = URL.parse(text);
  if (!url) throw new AddressRefused('form');
  checkHost(url, authority, allowed);
  checkPort(url, allowed);
  return url;
}

/**
 * The parser turns `2130706433`, `0x7f.1`, `0177.0.0.1`, `127.1` and full-width digits into 127.0.0.1. A user has no
 * reason to write an address in this way.
 */
function checkHost(url: URL, authority: string, allowed: AllowList): void {
  const host = hostOf(url);
  const written = authority.replace(/:\d*$/, '').toLowerCase();
  if (written.includes('%') || host.endsWith('.')) throw new AddressRefused('spelling');
  if (ipaddr.isValid(host)) {
    if (!host.includes(':') && written !== host) throw new AddressRefused('spelling');
    return;
  }
  if (allowed.names(host, portOf(url))) return;
  if (!NAME.test(host) || host.length > MOST_NAME || host.endsWith('.localhost'))
    throw new AddressRefused('host');
}

function checkPort(url: URL, allowed: AllowList): void {
  const [host, port] = [hostOf(url), portOf(url)];
  if (isUsualPort(port) || allowed.names(host, port)) return;
  if (ipaddr.isValid(host) && allowed.covers(ipaddr.parse(host), port)) return;
  throw new AddressRefused('port');
}
