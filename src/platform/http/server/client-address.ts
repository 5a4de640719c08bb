import { isIP } from 'node:net';
import { compile } from '@fastify/proxy-addr';
import { normalizeIp } from '@nestjs/throttler';
import type { FastifyInstance } from 'fastify';
import { remembering } from '../../memory/remembering.js';

/** Is the hop with this address a proxy of ours? 0 is the one that is connected to us. */
export type Trust = (address: string, hop: number) => boolean;

/** A number of hops, or the addresses of proxies; nobody when absent: whoever is believed chooses the caller's address. */
export function trustOf(trusted: number | string[] | undefined): Trust {
  if (typeof trusted === 'number') return (_address, hop) => hop < trusted;
  return trusted ? compile(trusted) : () => false;
}

const MOST_CHARACTERS = 64;
/** `[2001:db8::1]:443` and `192.0.2.1:443`: some proxies write the port, which is another for each connection. */
const WITH_PORT = /^(?:\[([^\]]*)\]|([\d.]*))(?::\d*)?$/;

/** The address in a text, in its one form (no port, no zone, IPv4 as such); undefined when there is none. */
export const readAddress = (text: string): string | undefined =>
  text.length > MOST_CHARACTERS ? undefined : normalForm(text) || undefined;

/** Empty: no address. A client sends many requests from one. */
const normalForm = remembering((text) => {
  const [, inBrackets, dotted] = WITH_PORT.exec(text) ?? [];
  const [address = ''] = (inBrackets ?? dotted ?? text).split('%', 1);
  return isIP(address) === 0 ? '' : normalizeIp(address, 128).replace(/\/128$/, '');
});

/**
 * The address of the client: from the socket on to the left, as long as the hop
 * there is trusted. What it wrote is believed if it is an address; if not
 * (`unknown`, nothing, anything), the hop itself is the last that is known.
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

/** Sets `request.ip` to one normalized address for each client, for limits, logs and sessions. */
export function addClientAddresses(server: FastifyInstance, trusts: Trust): void {
  server.addHook('onRequest', (request, _reply, done) => {
    const forwarded = request.headers['x-forwarded-for'] as string | undefined; // Node joins several
    const value = clientAddress(request.socket.remoteAddress, forwarded, trusts);
    Object.defineProperty(request, 'ip', { value, enumerable: true });
    done();
  });
}
