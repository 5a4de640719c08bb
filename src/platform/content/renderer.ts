import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { Piscina } from 'piscina';
import { BadRequest } from '../errors/problem.js';
import { Busy } from '../errors/problems.js';
import type { BodyFormat, Rendered, Rendering } from './render.js';
import render, { type RenderTask } from './render-worker.js';

/** Below this a hostile body costs at most a few milliseconds, less than handing it over. */
const INLINE_CHARACTERS = 2000;
/** An honest megabyte of Markdown takes 1.3 s; hostile ones were measured at 31 s. */
const DEADLINE_MS = 4000;
const MOST_WAITING = 32;
const IDLE_MS = 30_000;

export class BodyTooComplex extends BadRequest {
  static override readonly code = 'body_too_complex';
  static override readonly title = 'The body takes too long to render';
  /** @param of whose body, where there are several: ' of “Hello, world”' */
  constructor(of = '') {
    super(
      `The body${of} cannot be rendered in time: it is nested too deeply, or repeats markup that opens and never closes`,
    );
  }
}

/** Renders bodies without holding up the event loop: all but small ones on worker threads, with a deadline. */
@Injectable()
export class Renderer implements Rendering, OnApplicationShutdown {
  private pool: Piscina<RenderTask, Rendered> | undefined;

  /** @throws BodyTooComplex, Busy */
  post(body: string, format: BodyFormat): Promise<Rendered> {
    return this.run({ kind: 'post', body, format });
  }

  /** @throws BodyTooComplex, Busy */
  async comment(body: string, format: BodyFormat = 'markdown'): Promise<string> {
    return (await this.run({ kind: 'comment', body, format })).html;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.destroy();
  }

  private async run(task: RenderTask): Promise<Rendered> {
    if (task.body.length <= INLINE_CHARACTERS) return render(task);
    const pool = (this.pool ??= startPool());
    if (pool.queueSize >= MOST_WAITING) throw new Busy();
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    try {
      return await pool.run(task, { signal: deadline });
    } catch (error) {
      if (deadline.aborted) throw new BodyTooComplex();
      throw error;
    }
  }
}

/** Started by the first body that needs it. Tests run from src/, where the built worker stands in dist/. */
function startPool(): Piscina<RenderTask, Rendered> {
  const beside = fileURLToPath(new URL('./render-worker.js', import.meta.url));
  const built = fileURLToPath(new URL('../../../dist/platform/content/render-worker.js', import.meta.url));
  return new Piscina<RenderTask, Rendered>({
    filename: existsSync(beside) ? beside : built,
    minThreads: 0,
    maxThreads: Math.max(1, availableParallelism() - 1),
    maxQueue: MOST_WAITING * 2,
    idleTimeout: IDLE_MS,
  });
}
