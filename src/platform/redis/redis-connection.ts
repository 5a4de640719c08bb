import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Redis, ReplyError } from 'ioredis';
import type { Counter } from 'prom-client';
import { redisSettings } from './redis.settings.js';
import { Logger } from '../logging/logger.js';
import { TooLate, within } from '../deadline/deadline.js';
import { REDIS_OPTIONS } from './redis-options.js';
import { RedisSubscriber } from './redis-subscriber.js';
import { RedisUnavailable } from './redis.errors.js';

/** After this number of probes (four seconds), the connection is considered dead and opened again. */
const PROBES_PER_CONNECTION = 8;
const WARN_EVERY_MS = 60_000;
/**
 * An error response means that Redis is full or incorrectly configured. This state ends after this time without
 * another one.
 */
const REFUSAL_STANDS_MS = 10_000;

/**
 * The connection to Redis, behind a circuit breaker. The breaker opens if the connection breaks, or if
 * REDIS_MAX_RETRIES consecutive commands receive no response within REDIS_TIMEOUT_MS. Then a PING twice a second,
 * for which no request waits, finds out when Redis is available again. Whatever fails, `run` rejects, and the
 * caller continues without Redis.
 */
@Injectable()
export class RedisConnection implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown {
  private readonly client: Redis | undefined;
  private readonly subscriber: RedisSubscriber | undefined;
  private state: 'starting' | 'up' | 'down' = 'starting';
  private faultsInRow = 0;
  private failedProbes = 0;
  private lastError = 'not connected yet';
  private warnedAt = -Infinity;
  private refusedAt = -Infinity;
  private readonly upListeners: (() => void)[] = [];

  constructor(
    @Inject(redisSettings.KEY) private readonly config: ConfigType<typeof redisSettings>,
    private readonly logger: Logger,
    @InjectMetric('redis_faults_total') private readonly faults: Counter | undefined,
  ) {
    if (!config.REDIS_URL) return;
    const client = (this.client = new Redis(config.REDIS_URL, REDIS_OPTIONS));
    this.subscriber = new RedisSubscriber(new Redis(config.REDIS_URL, REDIS_OPTIONS));
    client.on('error', (error: Error) => (this.lastError = error.message || error.name));
    client.on('ready', () => this.turnUp());
    client.on('close', () => this.turnDown(this.state === 'up' ? 'the connection was lost' : this.lastError));
  }

  /** True if REDIS_URL is set. */
  get enabled(): boolean {
    return this.client !== undefined;
  }

  /** True if Redis is configured and responds, so that `run` will use it. */
  get up(): boolean {
    return this.state === 'up';
  }

  /**
   * True if Redis responds, but has rejected a command in the last ten seconds, because it is full or a permission
   * is missing.
   */
  get refuses(): boolean {
    return performance.now() - this.refusedAt < REFUSAL_STANDS_MS;
  }

  /** Starts to connect. Nothing waits for it. */
  onModuleInit(): void {
    this.client?.connect().catch(() => undefined);
  }

  onApplicationBootstrap(): void {
    this.subscriber?.open();
  }

  /** Runs after the last request, because Nest has already closed the HTTP server. */
  onApplicationShutdown(): void {
    this.state = 'starting'; // The end of this connection is not a fault.
    this.client?.removeAllListeners('close').disconnect();
    this.subscriber?.close();
  }

  /**
   * Runs `command` with the client. The limit for all of it is REDIS_TIMEOUT_MS.
   * @throws RedisUnavailable immediately if Redis is not configured or the breaker is open, and otherwise if the
   * command fails
   */
  async run<T>(command: (client: Redis) => Promise<T>): Promise<T> {
    if (!this.client || this.state !== 'up') throw new RedisUnavailable('is not reachable');
    try {
      const result = await within(this.config.REDIS_TIMEOUT_MS, command(this.client));
      this.faultsInRow = 0;
      return result;
    } catch (error) {
      throw this.noteFault(error as Error);
    }
  }

  /**
   * Waits for `work` as long as a request waits for Redis.
   * @throws TooLate
   */
  inTime<T>(work: Promise<T>): Promise<T> {
    return within(this.config.REDIS_TIMEOUT_MS, work);
  }

  /**
   * Subscribes to a channel with a separate connection. Messages that are sent while the connection is broken are
   * lost; `onGap` is called when it works again.
   */
  subscribe(channel: string, onMessage: (message: string) => void, onGap?: () => void): void {
    this.subscriber?.subscribe(channel, onMessage, onGap);
  }

  /** Calls `listener` each time Redis becomes available, including the first time. */
  onUp(listener: () => void): void {
    this.upListeners.push(listener);
  }

  /** Checks Redis now, regardless of the state of the breaker. */
  async answers(): Promise<boolean> {
    if (this.client?.status !== 'ready') return false;
    return within(this.config.REDIS_TIMEOUT_MS, this.client.ping()).then(
      () => true,
      () => false,
    );
  }

  /** Checks whether Redis is available again while the breaker is open. */
  async probe(): Promise<void> {
    if (this.state !== 'down' || this.client?.status !== 'ready') return;
    if (await this.answers()) this.turnUp();
    else if (++this.failedProbes % PROBES_PER_CONNECTION === 0) this.client.disconnect(true);
  }

  /** Checks whether the other end of the subscriptions still responds. */
  async beat(): Promise<void> {
    await this.subscriber?.beat();
  }

  private noteFault(error: Error): RedisUnavailable {
    const kind =
      error instanceof TooLate ? 'timeout' : error instanceof ReplyError ? 'refused' : 'connection';
    this.faults?.inc({ kind });
    if (kind === 'refused') this.warnOfRefusal(error);
    else if (++this.faultsInRow >= this.config.REDIS_MAX_RETRIES) this.turnDown(error.message);
    return new RedisUnavailable(error.message, { cause: error });
  }

  /** Redis responds quickly, so it remains in use: even if it is full, it serves commands that only read. */
  private warnOfRefusal(error: Error): void {
    this.refusedAt = performance.now();
    if (performance.now() - this.warnedAt < WARN_EVERY_MS) return;
    this.warnedAt = performance.now();
    this.logger.warn({ reason: error.message }, 'redis refuses commands');
  }

  private turnUp(): void {
    if (this.state === 'down') this.logger.warn({}, 'redis responds again');
    this.state = 'up';
    this.faultsInRow = 0;
    this.failedProbes = 0;
    for (const listener of this.upListeners) listener();
  }

  private turnDown(reason: string): void {
    if (this.state === 'down') return;
    this.state = 'down';
    this.logger.warn({ reason }, 'redis does not respond; requests are served without it');
  }
}
