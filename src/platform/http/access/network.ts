import { normalizeIp } from '@nestjs/throttler';

const IPV6_PREFIX = 64;

/** Returns what identifies a client by its address. IPv6 addresses count by /64, because one customer owns all of it. */
export const networkOf = (ip: string): string => normalizeIp(ip, IPV6_PREFIX);
