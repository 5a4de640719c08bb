import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import { Redis, ReplyError } from 'ioredis';
import type { Counter } from 'prom-client';
import { redisSettings } from './redis.settings.js';
import { Logger } from '../logging/logger.js';
import { TooLate, within } from './deadline.js';
import { REDIS_OPTIONS } from './redis-options.js';
import { RedisSubscriber } from './redis-subscriber.js';
import { RedisUnavailable } from './redis.errors.js';

/** After these, four seconds, the connection itself is taken for dead and made anew. */
const PROBES_PER_CONNECTION = 8;
const WARN_EVERY_MS = 60_000;
/** A refusal says that Redis is full or set up wrong; so long without one, it is over. */
const REFUSAL_STANDS_MS = 10_000;

/**
 * The one connection to Redis, behind a circuit breaker. It is left alone when
 * its connection breaks, or after REDIS_MAX_RETRIES commands in a row got no
 * answer within REDIS_TIMEOUT_MS; from then on a PING twice a second, which no request
 * waits for, finds out when it is back. Whatever is wrong, `run` rejects and
 * the caller goes on without.
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

  /** REDIS_URL is set. */
  get enabled(): boolean {
    return this.client !== undefined;
  }

  /** Redis is set and answers: `run` will ask it. */
  get up(): boolean {
    return this.state === 'up';
  }

  /** It answers, and has refused a command in the last ten seconds: full, or without a right. */
  get refuses(): boolean {
    return performance.now() - this.refusedAt < REFUSAL_STANDS_MS;
  }

  /** Begins to connect; nothing waits for it. */
  onModuleInit(): void {
    this.client?.connect().catch(() => undefined);
  }

  onApplicationBootstrap(): void {
    this.subscriber?.open();
  }

  /** After the last request: Nest has closed HTTP by now. */
  onApplicationShutdown(): void {
    this.state = 'starting'; // what closes now is no fault
    this.client?.removeAllListeners('close').disconnect();
    this.subscriber?.close();
  }

  /**
   * Gives the client to `command`, and it REDIS_TIMEOUT_MS in all.
   * @throws RedisUnavailable at once while Redis is absent or left alone; else when it failed
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
   * Every message of a channel from now on, over a connection of its own. A
   * message that is sent while that is broken is lost; `onGap` says so once it
   * stands again.
   */
  subscribe(channel: string, onMessage: (message: string) => void, onGap?: () => void): void {
    this.subscriber?.subscribe(channel, onMessage, onGap);
  }

  /** Called whenever Redis answers: the first time, and again after it did not. */
  onUp(listener: () => void): void {
    this.upListeners.push(listener);
  }

  /** Asks Redis now, whatever the breaker thinks. */
  async answers(): Promise<boolean> {
    if (this.client?.status !== 'ready') return false;
    return within(this.config.REDIS_TIMEOUT_MS, this.client.ping()).then(
      () => true,
      () => false,
    );
  }

  /** Asks whether a Redis that is left alone is back. */
  async probe(): Promise<void> {
    if (this.state !== 'down' || this.client?.status !== 'ready') return;
    if (await this.answers()) this.turnUp();
    else if (++this.failedProbes % PROBES_PER_CONNECTION === 0) this.client.disconnect(true);
  }

  /** Asks whether the other end of the subscriptions is still there. */
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

  /** It answers, and quickly, so it stays in use: full, it still serves what only reads. */
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
