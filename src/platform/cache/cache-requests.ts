import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter } from 'prom-client';

/** Counts the lookups in the cache since the process started. */
@Injectable()
export class CacheRequests {
  private hits = 0;
  private misses = 0;

  constructor(@InjectMetric('cache_requests_total') private readonly counter: Counter) {}

  hit(): void {
    this.hits++;
    this.counter.inc({ result: 'hit' });
  }

  miss(): void {
    this.misses++;
    this.counter.inc({ result: 'miss' });
  }

  stale(): void {
    this.counter.inc({ result: 'stale' });
  }

  get hitRatePercent(): number {
    const all = this.hits + this.misses;
    return all === 0 ? 0 : (100 * this.hits) / all;
  }
}
