import { Injectable } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';

/** The metrics of one app: a registry of its own, so that an app can boot twice in one process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<T extends string>(options: CounterConfiguration<T>): Counter<T> {
    return new Counter({ ...options, registers: [this.registry] });
  }

  gauge<T extends string>(options: GaugeConfiguration<T>): Gauge<T> {
    return new Gauge({ ...options, registers: [this.registry] });
  }

  histogram<T extends string>(options: HistogramConfiguration<T>): Histogram<T> {
    return new Histogram({ ...options, registers: [this.registry] });
  }
}
