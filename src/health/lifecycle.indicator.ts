import { Injectable } from '@nestjs/common';
import { HealthIndicatorService } from '@nestjs/terminus';
import { Lifecycle } from '../platform/lifecycle/lifecycle.js';

/** Unready from the first stop signal, so that load balancers use other processes while requests in flight complete. */
@Injectable()
export class LifecycleIndicator {
  constructor(
    private readonly health: HealthIndicatorService,
    private readonly lifecycle: Lifecycle,
  ) {}

  serving() {
    const indicator = this.health.check('process');
    return this.lifecycle.draining ? indicator.down({ message: 'shutting down' }) : indicator.up();
  }

  started() {
    const indicator = this.health.check('process');
    return this.lifecycle.started ? indicator.up() : indicator.down({ message: 'starting' });
  }
}
