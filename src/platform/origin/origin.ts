import { AsyncLocalStorage } from 'node:async_hooks';

/** How the author of a write identified themselves. `anonymous` is a request without credentials. */
export const VIAS = ['session', 'token', 'anonymous', 'cli', 'system'] as const;
export type Via = (typeof VIAS)[number];

/** Where the current work comes from: a request, a command or periodic work. */
export interface Origin {
  via: Via;
  accountId?: string;
  /** The id of the session or the token. */
  credentialId?: string;
  /** The name of the command or of the periodic work. */
  name?: string;
  /** The address of the client. IPv6 addresses are reduced to their /64. */
  network?: string;
  requestId?: string;
}

const SYSTEM: Origin = { via: 'system' };
const origins = new AsyncLocalStorage<Origin>();

/** Returns the origin of the work that calls this. Work that nobody requested belongs to the system. */
export const currentOrigin = (): Origin => origins.getStore() ?? SYSTEM;

/** Runs `work` on behalf of an origin. */
export const actingAs = <T>(origin: Origin, work: () => T): T => origins.run(origin, work);
