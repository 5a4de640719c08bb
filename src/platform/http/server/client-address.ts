import { isIP } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyInstance } from 'fastify';
import { remembering } from '../../memory/remembering.js';

/** Tells whether the hop with this address is a trusted proxy. Hop 0 is the one that is connected to this server. */
export type Trust = (address: string, hop: number) => boolean;

/**
 * Accepts a number of hops, or the addresses of proxies. By default no proxy is trusted, because a trusted proxy
 * determines the address of the client.
 */
export function trustOf(trusted: number | string[] | undefined): Trust {
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  return trusted ? compile(trusted) : () => false;
}

const MOST_CHARACTERS = 64;
/**
 * Matches `[2001:db8::1]:443` and `192.0.2.1:443`, because some proxies add the port, which differs for each
 * connection.
 */
const WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]*))(?::\d*)?$/;

/**
 * Returns the normalized address in a text (no port, no zone, IPv4 instead of mapped IPv6), or undefined if there
 * is none.
 */
export const readAddress = (text: string): string | undefined =>
  text.length > MOST_CHARACTERS ? undefined : normalForm(text) || undefined;

/** Returns '' for text that is not an address. A client sends many requests with the same text. */
const normalForm = remembering((text) => {
  const [, inBrackets, dotted] = WITH_PORT.exec(text) ?? [];
  const [address = ''] = (inBrackets ?? dotted ?? text).split('%', 1);
  return isIP(address) === 0 ? '' : normalizeIp(address, 128).replace(/\/128$/, '');
});

/**
 * Returns the address of the client. It starts at the socket and goes to the left as long as each hop is trusted.
 * If a trusted hop wrote no valid address (`unknown`, nothing, or other text), the hop itself is the last known
 * address.
 */
export function clientAddress(socket: string | undefined, forwarded: string | undefined, trusts: Trust) {
  let address = readAddress(socket ?? '') ?? '';
  if (forwarded === undefined || !trusts(address, 0)) return address;
  const seen = forwarded.split(',').reverse();
  for (let hop = 0; hop < seen.length && trusts(address, hop); hop++) {
    const before = readAddress((seen[hop] as string).trim());
    if (before === undefined) break;
    address = before;
  }
  return address;
}

/** Sets `request.ip` to one normalized address per client, for limits, logs and sessions. */
export function addClientAddresses(server: FastifyInstance, trusts: Trust): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const forwarded = request.headers['x-forwarded-for'] as string | undefined; // Node joins several headers.
    const value = clientAddress(request.socket.remoteAddress, forwarded, trusts);
    Object.defineProperty(request, 'ip', { value, enumerable: true });
    done();
  });
}
