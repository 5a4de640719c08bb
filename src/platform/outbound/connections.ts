import { isIPv6, type LookupFunction } from 'node:net';
import { Inject, Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import type * as Undici from 'undici';
import { PROCESS_ROLE, type ProcessRole } from '../lifecycle/process-role.js';
import { boundSocket } from './bounded-socket.js';
import { GivenAddresses } from './given-addresses.js';
import { skipContinue } from './unasked-continue.js';

const CONNECT_MS = 5000;
const MOST_HEADER_BYTES = 16 * 1024;
const IDLE_MS = 4000;
/** Headers, the sizes of chunks, and what arrives before the limit of the body stops the connection. */
const BESIDE_THE_BODY = 256 * 1024;

const CONNECTOR = { allowH2: false, timeout: CONNECT_MS };

/** The deadline of a call limits all of these together, so none has a limit of its own here. */
const AGENT: Undici.Agent.Options = {
  allowH2: false,
  maxHeaderSize: MOST_HEADER_BYTES,
  headersTimeout: 0,
  bodyTimeout: 0,
};

const KEPT_OPEN: Undici.Agent.Options = {
  connect: CONNECTOR,
  keepAliveTimeout: IDLE_MS,
  keepAliveMaxTimeout: IDLE_MS,
};

/**
 * The connections to other services. Those to addresses that users gave go to an address that was checked: the name is
 * resolved once, and the connection uses the result. The name remains the one of `Host`, of SNI and of the
 * certificate. Such a connection is used for one request only.
 */
@Injectable()
export class Connections implements OnApplicationBootstrap, OnApplicationShutdown {
  /** By the largest body of a response, for addresses that were given. */
  private readonly agents = new Map<number | 'configured', Undici.Agent>();
  private loading?: Promise<typeof Undici>;

  constructor(
    private readonly addresses: GivenAddresses,
    @Inject(PROCESS_ROLE) private readonly role: ProcessRole,
  ) {}

  /** A server does not wait for it in a request, and most commands do not need it. */
  async onApplicationBootstrap(): Promise<void> {
    if (this.role !== 'command') await this.load();
  }

  /** @param isGiven true if a user gave the address, or a redirect */
  async to(isGiven: boolean, maxBytes: number): Promise<Undici.Agent> {
    const undici = await this.load();
    const key = isGiven ? maxBytes : 'configured';
    const known = this.agents.get(key);
    if (known) return known;
    const agent = new undici.Agent(
      isGiven ? givenOptions(undici, this.addresses, maxBytes) : { ...AGENT, ...KEPT_OPEN },
    );
    this.agents.set(key, agent);
    return agent;
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.agents.values()].map((agent) => agent.destroy()));
  }

  private load(): Promise<typeof Undici> {
    return (this.loading ??= import('undici'));
  }
}

const givenOptions = (
  { buildConnector }: typeof Undici,
  addresses: GivenAddresses,
  maxBytes: number,
): Undici.Agent.Options => ({
  ...AGENT,
  pipelining: 0,
  connect: checkedConnector(buildConnector, addresses, maxBytes + BESIDE_THE_BODY),
});

function checkedConnector(
  buildConnector: typeof Undici.buildConnector,
  addresses: GivenAddresses,
  mostBytes: number,
): Undici.buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    const connected: Undici.buildConnector.Callback = (...result) => {
      if (result[1]) {
        boundSocket(result[1], mostBytes);
        skipContinue(result[1]);
      }
      callback(...result);
    };
    addresses.resolve(options.hostname, port).then(
      (checked) => buildConnector({ ...CONNECTOR, lookup: only(checked) })({ ...options }, connected),
      (error: Error) => callback(error, null),
    );
  };
}

/** A resolution whose result is already known. Node does not call it if the host is an address. */
const only =
  (addresses: string[]): LookupFunction =>
  (_host, { all }, done) => {
    const found = addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 }));
    if (all) done(null, found);
    else done(null, found[0]?.address ?? '', found[0]?.family);
  };
