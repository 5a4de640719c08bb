import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../logging/logger.js';

const BATCH = 50;
const PAUSE_MS = 20;
const RETRY_MS = 30_000;

/** Renders a batch of what an older renderer made; tells how many there were. */
export type RenderStale = (most: number) => Promise<number>;

/**
 * After RENDERER_VERSION has grown, what is stored is rendered again in the
 * background, a batch at a time, so that a fix of the sanitizer reaches every
 * post and comment and not only those that somebody edits.
 */
@Injectable()
export class StaleRenderings implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly tasks: RenderStale[] = [];
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(private readonly logger: Logger) {}

  /** Called by the service of a feature when it is made. */
  add(task: RenderStale): void {
    this.tasks.push(task);
  }

  onApplicationBootstrap(): void {
    this.again(PAUSE_MS);
  }

  onModuleDestroy(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private again(pause: number): void {
    if (!this.closed) this.timer = setTimeout(() => void this.step(), pause).unref();
  }

  private async step(): Promise<void> {
    try {
      const counts = await Promise.all(this.tasks.map((task) => task(BATCH)));
      if (counts.some((count) => count > 0)) this.again(PAUSE_MS);
    } catch (error) {
      this.logger.debug(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'rendering again later',
      );
      this.again(RETRY_MS);
    }
  }
}
