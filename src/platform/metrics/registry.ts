import { Inject, Injectable } from '@nestjs/common';
import { collectDefaultMetrics, type Metric, register, Registry } from 'prom-client';
import { PROCESS_ROLE, type ProcessRole } from '../lifecycle/process-role.js';

/** The metrics of one app. Each app has its own registry, so that an app can start twice in one process. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  constructor(@Inject(PROCESS_ROLE) role: ProcessRole) {
    // Nothing scrapes a command.
    if (role !== 'command') collectDefaultMetrics({ register: this.registry });
  }

  /** Moves a new metric here from the global registry, which all apps in the process share. */
  adopt<M extends Metric>(metric: M): M {
    register.removeSingleMetric((metric as M & { name: string }).name);
    this.registry.registerMetric(metric);
    return metric;
  }
}
