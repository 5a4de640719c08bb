import { Injectable } from '@nestjs/common';

/** The state of the process between start and end. */
@Injectable()
export class Lifecycle {
  private state: 'starting' | 'serving' | 'draining' = 'starting';

  get started(): boolean {
    return this.state !== 'starting';
  }

  /**
   * True while the process is shutting down: load balancers send no new requests, but requests that arrive are
   * still answered.
   */
  get draining(): boolean {
    return this.state === 'draining';
  }

  serve(): void {
    if (this.state === 'starting') this.state = 'serving';
  }

  drain(): void {
    this.state = 'draining';
  }
}
