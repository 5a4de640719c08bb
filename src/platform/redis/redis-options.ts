import type { RedisOptions } from 'ioredis';

const CONNECT_TIMEOUT_MS = 2000;
/** The timeout of the first commands of a connection (AUTH, SELECT, INFO). All later ones have a shorter deadline. */
const HANDSHAKE_TIMEOUT_MS = 1000;
const LONGEST_PAUSE_MS = 1000;

/**
 * From 50 ms, doubled each time up to a second. Half of it is random, so that processes do not connect at the same
 * time.
 */
const pauseBeforeAttempt = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_MS, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);

/**
 * Commands are never queued or sent twice. A command without a connection fails immediately, and a command whose
 * connection breaks is lost.
 */
export const REDIS_OPTIONS: RedisOptions = {
  lazyConnect: true,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  autoResubscribe: false,
  maxRetriesPerRequest: 0,
  commandTimeout: HANDSHAKE_TIMEOUT_MS,
  connectTimeout: CONNECT_TIMEOUT_MS,
  disconnectTimeout: 100,
  disableClientInfo: true,
  connectionName: 'galley',
  keepAlive: 30_000,
  retryStrategy: pauseBeforeAttempt,
};
