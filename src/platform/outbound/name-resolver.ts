import { lookup, Resolver } from 'node:dns/promises';
import { Injectable } from '@nestjs/common';
import { codeOf } from '../errors/thrown.js';

const QUERY_MS = 1000;
const QUERIES = 2;

/** There is no such name, or it has no address. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);

/** The name of a host could not be resolved. */
export class Unresolved extends Error {
  constructor(
    readonly code: string,
    readonly isAbsent: boolean,
  ) {
    super(`the name of the host does not resolve (${code})`);
    this.name = 'Unresolved';
  }
}

/**
 * Resolves the names of hosts. The names that users give are resolved by DNS queries of this class and not by the
 * system, because the system uses the threads that also read files: a few names with a slow server would stop them.
 * DNS queries also ignore /etc/hosts and search domains.
 */
@Injectable()
export class NameResolver {
  private readonly resolver = new Resolver({ timeout: QUERY_MS, tries: QUERIES });

  /** Uses other DNS servers than those of the system, as `address:port`. */
  setServers(servers: string[]): void {
    this.resolver.setServers(servers);
  }

  /**
   * Asks the DNS servers for all addresses of a name.
   * @throws Unresolved
   */
  async query(name: string): Promise<string[]> {
    const answers = await Promise.allSettled([this.resolver.resolve4(name), this.resolver.resolve6(name)]);
    const addresses = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
    if (addresses.length > 0) return addresses;
    const codes = answers.map((answer) => codeOf((answer as PromiseRejectedResult).reason) ?? 'ENOTFOUND');
    const lasting = codes.find((code) => !ABSENT.has(code));
    throw new Unresolved(lasting ?? (codes[0] as string), lasting === undefined);
  }

  /**
   * Asks the system, which also knows /etc/hosts and the search domains of a cluster.
   * @throws Unresolved
   */
  async lookUp(name: string): Promise<string[]> {
    try {
      return (await lookup(name, { all: true })).map(({ address }) => address);
    } catch (error) {
      const code = codeOf(error) ?? 'ENOTFOUND';
      throw new Unresolved(code, ABSENT.has(code));
    }
  }
}
