import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { memoryLimit } from '../memory/memory-limit.js';
import { FairQueue } from './fair-queue.js';

/** A thread requires up to 200 MB. Source: decision 0032. */
const MEMORY_OF_ONE_THREAD = 512 * 1024 * 1024;
const THREADS = Math.max(
  1,
  Math.min(availableParallelism() - 1, Math.floor(memoryLimit() / MEMORY_OF_ONE_THREAD)),
);
const MOST_WAITING = 64;
const MOST_WAITING_OF_ONE = 4;
/** Each character requires one or two bytes. */
const MOST_CHARACTERS_WAITING = 16_000_000;
const IDLE_MS = 30_000;
/** The heap of a thread in MB. Half of it is sufficient for the largest body. */
const HEAP = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 8 };

/** Worker threads for work with large bodies, where authors take turns. All kinds of work share their memory. */
@Injectable()
export class BodyThreads implements OnApplicationShutdown {
  private pool: Piscina<unknown, unknown> | undefined;
  private readonly queue = new FairQueue({
    atOnce: THREADS,
    mostPerOwner: MOST_WAITING_OF_ONE,
    most: MOST_WAITING,
    mostSize: MOST_CHARACTERS_WAITING,
  });

  /**
   * Runs the default function of a module with a task.
   * @param author the author whose turn it uses
   * @param size the characters of the task
   * @param worker the URL of the compiled module
   * @throws Busy
   */
  run<T>(author: string, size: number, worker: URL, task: unknown): Promise<T> {
    const pool = (this.pool ??= startPool());
    return this.queue.run(author, size, () => pool.run(task, { filename: compiled(worker) }) as Promise<T>);
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.destroy();
  }
}

/** The first large body starts the pool. */
const startPool = () =>
  new Piscina<unknown, unknown>({
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    resourceLimits: HEAP,
  });

/** Tests run from src/, but the compiled module is in dist/. */
function compiled(worker: URL): string {
  const path = fileURLToPath(worker);
  if (existsSync(path)) return path;
  const parts = path.split(sep);
  return parts.with(parts.lastIndexOf('src'), 'dist').join(sep);
}
