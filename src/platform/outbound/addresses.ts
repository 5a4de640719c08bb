import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

export type Address = ipaddr.IPv4 | ipaddr.IPv6;
export type Range = [Address, number];

/** The addresses that IANA assigns to networks. All others of IPv6 are reserved or contain an IPv4 address. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Metadata services of clouds (with credentials of the machine), this machine without a name, and addresses of many.
 * No setting allows them. 168.63.129.16 is the public address of Azure for its own machines.
 */
const NEVER: Range[] = [
  ...['169.254.0.0/16', '168.63.129.16/32', '0.0.0.0/8', '224.0.0.0/4', '255.255.255.255/32'],
  ...['fe80::/10', 'fd00:ec2::254/128', '::/128', 'ff00::/8', '::ffff:0:0/96'],
].map((range) => ipaddr.parseCIDR(range));

export const isWithin = (address: Address, [network, bits]: Range): boolean =>
  address.kind() === network.kind() && address.match(network, bits);

export const isNeverAllowed = (address: Address): boolean => NEVER.some((range) => isWithin(address, range));

/** True if no address of the range can be allowed. */
export const isRangeNeverAllowed = ([network, bits]: Range): boolean =>
  NEVER.some((range) => bits >= range[1] && isWithin(network, range));

/**
 * True if everyone on the Internet means the same host by the address, and it is not this machine. Of the special
 * ranges of IANA, none is public: private, shared, loopback, link-local, documentation, benchmarking, multicast,
 * reserved, and those of IPv6 that contain an IPv4 address (mapped, 6to4, Teredo, NAT64).
 */
export function isPublic(address: Address): boolean {
  if (address.range() !== 'unicast' || isNeverAllowed(address)) return false;
  return (address.kind() === 'ipv4' || isWithin(address, GLOBAL_IPV6)) && !isOfThisMachine(address);
}

/** Firewalls often let a machine reach all ports of its own public address. */
function isOfThisMachine(address: Address): boolean {
  const text = address.toString();
  return Object.values(networkInterfaces()).some((own) =>
    own?.some((each) => ipaddr.isValid(each.address) && ipaddr.parse(each.address).toString() === text),
  );
}
