import { Injectable } from '@nestjs/common';
import { Connections } from './connections.js';
import { type Answer, exchange, type Hop, type Progress } from './exchange.js';
import { GivenAddresses } from './given-addresses.js';
import { MOST_BYTES, type OutboundCall } from './outbound-call.js';
import { OutboundFault } from './outbound-fault.js';
import { nextHop, redirectOf } from './redirects.js';

/** One attempt of a call, over its redirects. */
@Injectable()
export class Journey {
  constructor(
    private readonly connections: Connections,
    private readonly addresses: GivenAddresses,
  ) {}

  async make(
    call: OutboundCall,
    first: Hop,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<Answer & { url: URL }> {
    const { redirects = 0, maxBytes = MOST_BYTES, cut = false } = call;
    let hop = first;
    let isChecked = call.target.addresses === 'given';
    for (let left = redirects; ; left--) {
      const agent = await this.connections.to(isChecked, maxBytes);
      const answer = await exchange(agent, hop, { maxBytes, cut }, signal, progress);
      const location = redirects > 0 ? redirectOf(answer) : undefined;
      if (location === undefined) return { ...answer, url: hop.url };
      if (left === 0) throw tooMany(redirects);
      const url = this.follow(location, hop.url, isChecked);
      // A service that the operator configured can also send us anywhere.
      isChecked ||= url.origin !== first.url.origin;
      hop = nextHop(hop, answer.status, url);
    }
  }

  private follow(location: string, base: URL, isChecked: boolean): URL {
    const url = URL.parse(location, base.href);
    if (!url) throw new OutboundFault('invalid_response', 'The redirect leads to no valid URL.');
    if (!isChecked && url.origin === base.origin) return url;
    return this.addresses.parse(/^https?:/i.test(location) ? location : url.href);
  }
}

const tooMany = (redirects: number) =>
  new OutboundFault('too_many_redirects', `There are more than ${redirects} redirects.`);
