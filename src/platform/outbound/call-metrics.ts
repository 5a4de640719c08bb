import { Injectable } from '@nestjs/common';
import { InjectMetric } from '@willsoto/nestjs-prometheus';
import type { Counter, Histogram } from 'prom-client';
import { OutboundFault } from './outbound-fault.js';
import type { Target } from './target.js';

@Injectable()
export class CallMetrics {
  constructor(
    @InjectMetric('outbound_requests_total') private readonly calls: Counter,
    @InjectMetric('outbound_request_duration_seconds') private readonly duration: Histogram,
    @InjectMetric('outbound_retries_total') private readonly retries: Counter,
  ) {}

  ended({ name: target }: Target, result: { status: number } | OutboundFault, durationMs: number): void {
    this.calls.inc({ target, outcome: outcomeOf(result) });
    this.duration.observe({ target }, durationMs / 1000);
  }

  retried({ name: target }: Target): void {
    this.retries.inc({ target });
  }
}

function outcomeOf(result: { status: number } | OutboundFault): string {
  if (result instanceof OutboundFault) return result.kind;
  if (result.status >= 500) return 'server_error';
  return result.status >= 400 ? 'client_error' : 'success';
}
