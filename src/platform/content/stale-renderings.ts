import { Injectable } from '@nestjs/common';
import type { Next } from '../periodic/periodic-job.js';

const BATCH = 50;

/** Renders a batch of what an older renderer made; tells how many there were. */
export type RenderStale = (most: number) => Promise<number>;

/**
 * After RENDERER_VERSION has grown, what is stored is rendered again in the
 * background, a batch at a time, so that a fix of the sanitizer reaches every
 * post and comment and not only those that somebody edits.
 */
@Injectable()
export class StaleRenderings {
  private readonly tasks: RenderStale[] = [];

  /** Called by the service of a feature when it is made. */
  add(task: RenderStale): void {
    this.tasks.push(task);
  }

  /** Renders one batch of each task. */
  async render(): Promise<Next> {
    const counts = await Promise.all(this.tasks.map((task) => task(BATCH)));
    return counts.some((count) => count > 0) ? 'again' : 'done';
  }
}
