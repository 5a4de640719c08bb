import { Injectable } from '@nestjs/common';
import type { Next } from '../periodic/periodic-job.js';

const BATCH = 50;

/** Renders one batch of rows of an older renderer. Returns the number of rows. */
export type RenderStale = (most: number) => Promise<number>;

/**
 * After RENDERER_VERSION has increased, stored bodies are rendered again in the background in batches. A fix of the
 * sanitizer therefore reaches every body, not only those that are edited.
 */
@Injectable()
export class StaleRenderings {
  private readonly tasks: RenderStale[] = [];

  /** The service of a feature calls this in its constructor. */
  add(task: RenderStale): void {
    this.tasks.push(task);
  }

  /** Renders one batch of each task. */
  async render(): Promise<Next> {
    const counts = await Promise.all(this.tasks.map((task) => task(BATCH)));
    return counts.some((count) => count > 0) ? 'again' : 'done';
  }
}
