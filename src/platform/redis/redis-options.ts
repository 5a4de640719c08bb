import type { RedisOptions } from 'ioredis';

const CONNECT_TIMEOUT_MS = 2000;
/** Of a connection's first commands (AUTH, SELECT, INFO); every later one has a shorter deadline. */
const HANDSHAKE_TIMEOUT_MS = 1000;
const LONGEST_PAUSE_MS = 1000;

/** From 50 ms, doubled each time up to a second; half of it by chance, so that processes do not come all at once. */
export const pauseBeforeAttempt = (attempt: number): number =>
  Math.min(LONGEST_PAUSE_MS, 25 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);

/** Nothing is queued or sent twice: a command that finds no connection fails at once, and one whose connection broke is lost. */
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
