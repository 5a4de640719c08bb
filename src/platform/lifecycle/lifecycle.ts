import { Injectable } from '@nestjs/common';

/** Where the process stands between start and end. */
@Injectable()
export class Lifecycle {
  private state: 'starting' | 'serving' | 'draining' = 'starting';

  get started(): boolean {
    return this.state !== 'starting';
  }

  /** Unready: balancers send nothing new, but what arrives is still answered. */
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
