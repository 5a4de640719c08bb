import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import pg from 'pg';
import { messageOf } from '../errors/thrown.js';
import { Logger } from '../logging/logger.js';

/** The time in which the server must answer on the connection that listens. */
const ANSWER_MS = 3000;

interface Channel {
  name: string;
  /** Must not throw. */
  hear: (payload: string) => void;
}

/**
 * Hears the notifications of PostgreSQL on a connection of its own. They are only a hint: a broken connection and a
 * pooler in transaction mode lose them without a fault, so whoever listens must also look by itself from time to time.
 */
@Injectable()
export class Notifications implements OnModuleDestroy {
  private readonly channels: Channel[] = [];
  private client: pg.Client | undefined;
  private ended = false;

  constructor(
    private readonly options: pg.ClientConfig,
    private readonly logger: Logger,
  ) {}

  /** A module calls this in its constructor. `hear` is also called, without a payload, after each new connection. */
  on(name: string, hear: (payload: string) => void): void {
    this.channels.push({ name, hear });
  }

  /** Connects if there is no connection, and else checks that the server still answers on it. */
  async watch(): Promise<void> {
    if (this.channels.length === 0 || this.ended) return;
    const { client } = this;
    if (!client) return this.connect();
    await client.query('SELECT 1').catch((error: unknown) => {
      this.lost(client, error);
      throw error;
    });
  }

  async onModuleDestroy(): Promise<void> {
    this.ended = true;
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({ ...this.options, query_timeout: ANSWER_MS });
    client.on('error', (error) => this.lost(client, error));
    client.on('end', () => this.lost(client));
    client.on('notification', ({ channel, payload = '' }) => {
      for (const { name, hear } of this.channels) if (name === channel) hear(payload);
    });
    try {
      await client.connect();
      for (const { name } of this.channels) await client.query(`LISTEN ${client.escapeIdentifier(name)}`);
    } catch (error) {
      client.connection.stream.destroy();
      throw error;
    }
    if (this.ended) return void client.end();
    this.client = client;
    for (const { hear } of this.channels) hear('');
  }

  private lost(client: pg.Client, error?: unknown): void {
    if (this.client !== client) return;
    this.client = undefined;
    client.connection.stream.destroy();
    if (!this.ended)
      this.logger.debug({ reason: error && messageOf(error) }, 'the connection that listens was lost');
  }
}
