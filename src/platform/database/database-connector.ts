import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { whyNotConnected } from './connection-faults.js';
import { ConnectionPool } from './connection-pool.js';
import { messageOf } from '../errors/thrown.js';
import { Logger } from '../logging/logger.js';

const LONGEST_PAUSE_MS = 5000;

/** Connects in the background and retries. If the database is down, the process is unready but keeps running. */
@Injectable()
export class DatabaseConnector implements OnModuleInit, OnApplicationShutdown {
  private readonly stop = new AbortController();
  private connecting: Promise<void> | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly pool: ConnectionPool,
    private readonly logger: Logger,
  ) {}

  /** This runs before all other initialization of the app, which can use the database immediately. */
  async onModuleInit(): Promise<void> {
    if (this.source.isInitialized || (await this.tryOnce())) return;
    this.connecting = this.keepTrying();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stop.abort();
    await this.connecting;
    if (this.source.isInitialized) await this.source.destroy();
  }

  private async keepTrying(): Promise<void> {
    for (let pause = 250; !this.stop.signal.aborted; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      await delay(pause * (0.5 + Math.random() / 2), undefined, { signal: this.stop.signal }).catch(
        () => undefined,
      );
      if (!this.stop.signal.aborted && (await this.tryOnce())) return;
    }
  }

  private async tryOnce(): Promise<boolean> {
    try {
      await this.source.initialize();
      this.logger.info({}, 'connected to the database');
      return true;
    } catch (error) {
      this.pool.notReached(error);
      this.logger.warn(
        { reason: whyNotConnected(error) ?? messageOf(error) },
        'the database cannot be reached; retrying',
      );
      return false;
    }
  }
}
