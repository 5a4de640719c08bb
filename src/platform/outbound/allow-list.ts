import ipaddr from 'ipaddr.js';
import { type Address, isRangeNeverAllowed, isWithin, type Range } from './addresses.js';

/** A receiver that OUTBOUND_ALLOW names, by its name or by its address. */
type Entry = { port?: number } & ({ host: string } | { range: Range });

const NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/i;
const WITH_PORT = /^(.*[^:]):(\d{1,5})$/;
const MOST_PORT = 65_535;

/** The ports that each receiver can use. Lower ports are those of services that do not speak HTTP. */
export const isUsualPort = (port: number): boolean =>
  port === 80 || port === 443 || (port >= 1024 && port <= MOST_PORT);

/** The receivers that OUTBOUND_ALLOW names: `host`, `host:port`, `address`, `address:port`, `[IPv6]:port` or a CIDR. */
export class AllowList {
  private readonly entries: Entry[];

  /** Ignores entries that are not valid: the settings have rejected them. */
  constructor(entries: string[]) {
    this.entries = entries.flatMap((text) => readEntry(text) ?? []);
  }

  /** True if the list names the host, whatever addresses its name resolves to. */
  names(host: string, port: number): boolean {
    return this.entries.some((entry) => 'host' in entry && entry.host === host && allowsPort(entry, port));
  }

  /** True if the list contains the address. */
  covers(address: Address, port: number): boolean {
    return this.entries.some(
      (entry) => 'range' in entry && isWithin(address, entry.range) && allowsPort(entry, port),
    );
  }
}

const allowsPort = ({ port }: Entry, wanted: number): boolean =>
  port === undefined ? isUsualPort(wanted) : port === wanted;

/** Returns undefined if the text is not an entry, or is one that can never be allowed. */
export function readEntry(text: string): Entry | undefined {
  if (text.includes('/')) return ofRange(text);
  const [, before, digits] = isBareIpv6(text) ? [] : (WITH_PORT.exec(text) ?? []);
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && (port < 1 || port > MOST_PORT)) return undefined;
  const host = before ?? text;
  const address = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host;
  if (host !== address && !isBareIpv6(address)) return undefined;
  if (isBareIpv6(address) || ipaddr.IPv4.isValidFourPartDecimal(address)) {
    const range = ofRange(`${address}/${isBareIpv6(address) ? 128 : 32}`);
    return range && { ...range, port };
  }
  return NAME.test(host) && !/(?:^|\.)\d+$/.test(host) ? { host: host.toLowerCase(), port } : undefined;
}

const isBareIpv6 = (text: string): boolean => /^[\da-f:.]+$/i.test(text) && ipaddr.IPv6.isValid(text);

function ofRange(text: string): { range: Range } | undefined {
  if (!/^(?:[\d.]+|[\da-f:.]+:[\da-f:.]*)\/\d{1,3}$/i.test(text)) return undefined;
  if (!ipaddr.IPv6.isValidCIDR(text) && !ipaddr.IPv4.isValidCIDRFourPartDecimal(text)) return undefined;
  const range = ipaddr.parseCIDR(text);
  return isRangeNeverAllowed(range) ? undefined : { range };
}
