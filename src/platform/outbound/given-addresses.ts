import { Inject, Injectable } from '@nestjs/common';
import ipaddr from 'ipaddr.js';
import { Logger } from '../logging/logger.js';
import { AllowList } from './allow-list.js';
import { isNeverAllowed, isPublic } from './addresses.js';
import { hostOf, parseGivenUrl, portOf } from './given-url.js';
import { NameResolver, Unresolved } from './name-resolver.js';
import { type OutboundSettings, outboundSettings } from './outbound.settings.js';
import { AddressRefused } from './outbound-fault.js';
import { UrlNotAllowed } from './url-not-allowed.js';

/**
 * Decides which addresses that users give may be called.
 * Source: docs/decisions/0065-the-service-client.md.
 */
@Injectable()
export class GivenAddresses {
  private readonly allowed: AllowList;

  constructor(
    @Inject(outboundSettings.KEY) { OUTBOUND_ALLOW }: OutboundSettings,
    private readonly resolver: NameResolver,
    private readonly logger: Logger,
  ) {
    this.allowed = new AllowList(OUTBOUND_ALLOW);
  }

  /**
   * Checks a URL when it is stored, so that its owner learns at once that it will never be called. Each call checks it
   * again. A name that does not resolve because a DNS server does not respond passes.
   * @param path the field of the request that contains the URL
   * @throws UrlNotAllowed
   */
  async require(text: string, path = 'url'): Promise<URL> {
    try {
      const url = this.parse(text);
      await this.resolve(hostOf(url), portOf(url)).catch(refuseIfAbsent);
      return url;
    } catch (error) {
      throw error instanceof AddressRefused ? new UrlNotAllowed(path, error) : error;
    }
  }

  /**
   * Checks everything that does not require the resolution of a name.
   * @throws AddressRefused
   */
  parse(text: string): URL {
    try {
      return parseGivenUrl(text, this.allowed);
    } catch (error) {
      if (error instanceof AddressRefused) this.note(error, URL.parse(text)?.host ?? 'unreadable');
      throw error;
    }
  }

  /**
   * Returns the addresses to which a connection may go. If one address of a name is not allowed, none is.
   * @throws AddressRefused
   * @throws Unresolved
   */
  async resolve(host: string, port: number): Promise<string[]> {
    if (ipaddr.isValid(host)) return this.checked(host, port, [host], false);
    const isNamed = this.allowed.names(host, port);
    const addresses = await (isNamed ? this.resolver.lookUp(host) : this.resolver.query(host));
    return this.checked(host, port, addresses, isNamed);
  }

  private checked(host: string, port: number, addresses: string[], isNamed: boolean): string[] {
    const refused = addresses.find((address) => !this.isAllowed(address, port, isNamed));
    if (refused === undefined) return addresses;
    const error = new AddressRefused('address');
    this.note(error, `${host}:${port}`, refused);
    throw error;
  }

  private isAllowed(text: string, port: number, isNamed: boolean): boolean {
    const address = ipaddr.parse(text);
    if (isNeverAllowed(address)) return false;
    return isNamed || isPublic(address) || this.allowed.covers(address, port);
  }

  /** Paths and queries of URLs can contain secrets, so they are not logged. */
  private note({ reason }: AddressRefused, host: string, address?: string): void {
    this.logger.warn({ reason, host, address }, 'refused to call an address that a user gave');
  }
}

function refuseIfAbsent(error: unknown): void {
  if (!(error instanceof Unresolved)) throw error;
  if (error.isAbsent) throw new AddressRefused('unknown_host');
}
