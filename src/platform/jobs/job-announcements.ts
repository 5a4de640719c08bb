import { Injectable } from '@nestjs/common';
import { Database, sql } from '../database/database.js';
import { messageOf } from '../errors/thrown.js';
import { Logger } from '../logging/logger.js';
import { JobWorkers } from './job-workers.js';
import { JOBS_CHANNEL } from './jobs-channel.js';

/**
 * Tells the workers of all processes about jobs that were committed. A notification in the transaction of the write
 * would make its commit wait for others, because PostgreSQL commits transactions with notifications one at a time.
 * So each process sends one after its commits, and one at a time. If it ends before, the workers find the jobs when
 * they look.
 */
@Injectable()
export class JobAnnouncements {
  private readonly names = new Set<string>();
  private sending = false;

  constructor(
    private readonly database: Database,
    private readonly workers: JobWorkers,
    private readonly logger: Logger,
  ) {}

  announce(name: string): void {
    this.workers.wake([name]);
    this.names.add(name);
    if (!this.sending) void this.send();
  }

  private async send(): Promise<void> {
    this.sending = true;
    try {
      while (this.names.size > 0) {
        const names = [...this.names].join(',');
        this.names.clear();
        await this.database.query(sql`SELECT pg_notify(${JOBS_CHANNEL}, ${names})`);
      }
    } catch (error) {
      this.logger.debug({ reason: messageOf(error) }, 'jobs could not be announced');
    } finally {
      this.sending = false;
    }
  }
}
