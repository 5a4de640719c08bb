import { Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import { problemOfDatabase } from '../database/database-problems.js';
import { Unavailable } from '../errors/problem.js';
import { messageOf } from '../errors/thrown.js';
import type { Next } from '../periodic/periodic-job.js';
import type { Id } from '../schemas/schemas.js';

const BATCH = 50;
/** If more bodies cannot be rendered, the fault is not theirs. */
const MOST_FAILED = 1000;

/** The bodies of a feature whose HTML an older renderer has created. */
export interface StaleBodies<Row extends { id: Id }> {
  /** @param except are left out */
  find(most: number, except: Id[]): Promise<Row[]>;
  /** Stores the HTML of the present renderer. */
  render(row: Row): Promise<void>;
}

interface Task {
  bodies: StaleBodies<{ id: Id }>;
  /** What this process could not render. Its next start tries it again. */
  failed: Id[];
}

/**
 * After RENDERER_VERSION has increased, stored bodies are rendered again in the background in batches. A fix of the
 * sanitizer therefore reaches every body, not only those that are edited. A body that cannot be rendered holds up no other.
 */
@Injectable()
export class StaleRenderings {
  private readonly tasks: Task[] = [];

  constructor(private readonly logger: Logger) {}

  /** The service of a feature calls this in its constructor. */
  add<Row extends { id: Id }>(bodies: StaleBodies<Row>): void {
    this.tasks.push({ bodies, failed: [] });
  }

  /** Renders one batch of each feature. */
  async render(signal: AbortSignal): Promise<Next> {
    const counts = await Promise.all(this.tasks.map((task) => this.renderSome(task, signal)));
    return counts.some((count) => count > 0) ? 'again' : 'done';
  }

  private async renderSome({ bodies, failed }: Task, signal: AbortSignal): Promise<number> {
    const rows = await bodies.find(BATCH, failed);
    for (const row of rows) {
      if (signal.aborted) break;
      try {
        await bodies.render(row);
      } catch (error) {
        if (isPassing(error) || failed.length >= MOST_FAILED) throw error;
        failed.push(row.id);
        this.logger.warn({ id: row.id, reason: messageOf(error) }, 'a stored body cannot be rendered again');
      }
    }
    return rows.length;
  }
}

/** The server is too busy or has no database, which says nothing about the body. */
const isPassing = (error: unknown): boolean =>
  error instanceof Unavailable || problemOfDatabase(error) instanceof Unavailable;
