import { Injectable } from '@nestjs/common';
import { JobsRepository, type Lease } from './jobs.repository.js';

interface Waiting {
  lease: Lease;
  resolve: (isHeld: boolean) => void;
  reject: (error: unknown) => void;
}

/**
 * Completes jobs that have no effect in the transaction of their end. While a statement for a name runs, those that end
 * in the meantime wait for the next one, which completes all of them. A single job never waits.
 */
@Injectable()
export class JobCompletions {
  private readonly waiting = new Map<string, Waiting[]>();

  constructor(private readonly jobs: JobsRepository) {}

  /** @returns false if the lease was lost */
  complete(name: string, lease: Lease): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const isBusy = this.waiting.has(name);
      const waiting = this.waiting.get(name) ?? [];
      waiting.push({ lease, resolve, reject });
      this.waiting.set(name, waiting);
      if (!isBusy) void this.completeAll(name);
    });
  }

  private async completeAll(name: string): Promise<void> {
    for (let batch = this.waiting.get(name); batch?.length; batch = this.waiting.get(name)) {
      this.waiting.set(name, []);
      await this.completeBatch(name, batch);
    }
    this.waiting.delete(name);
  }

  private async completeBatch(name: string, batch: Waiting[]): Promise<void> {
    try {
      const leases = batch.map(({ lease }) => lease);
      const held = await this.jobs.transaction(() => this.jobs.complete(name, leases));
      for (const { lease, resolve } of batch) resolve(held.has(lease.id));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
}
