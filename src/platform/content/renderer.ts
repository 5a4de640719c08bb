import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { Piscina } from 'piscina';
import { memoryLimit } from '../memory/memory-limit.js';
import { BodyTooComplex, type Excess } from './body-too-complex.js';
import { contentSettings } from './content.settings.js';
import { FairQueue } from './fair-queue.js';
import { shapeOf } from './markdown-shape.js';
import {
  type BodyKind,
  type BodySource,
  type Rendered,
  type RenderedWithNotes,
  type RenderTask,
  type Rendering,
  render,
  renderSource,
} from './render.js';

/**
 * With this amount of work, the most expensive body blocks the event loop for a few milliseconds. Source: decision
 * 0032.
 */
const INLINE_WORK = 16_000;
/** The cost of a list marker, a quote marker or a cell, in characters. */
const PIECE_WORK = 20;

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

/** Renders bodies of usual size on the event loop, and large ones on worker threads, where authors take turns. */
@Injectable()
export class Renderer implements Rendering, OnApplicationShutdown {
  /** Renders on the event loop, for a process that does nothing else. */
  readonly here: Rendering = { render: (kind, source) => render(this.task(kind, source)) };
  private pool: Piscina<RenderTask, RenderedWithNotes | Excess> | undefined;
  private readonly queue = new FairQueue({
    atOnce: THREADS,
    mostPerOwner: MOST_WAITING_OF_ONE,
    most: MOST_WAITING,
    mostSize: MOST_CHARACTERS_WAITING,
  });

  constructor(@Inject(contentSettings.KEY) private readonly settings: ConfigType<typeof contentSettings>) {}

  /**
   * @param author the author whose turn a large body uses
   * @throws BodyTooComplex, Busy
   */
  render(kind: BodyKind, source: BodySource, author = ''): Promise<RenderedWithNotes> {
    return this.run(this.task(kind, source), author);
  }

  /** Renders a stored body again. If it exceeds a newer limit, the result is its source as text. */
  async again(kind: BodyKind, source: BodySource): Promise<Rendered> {
    try {
      return await this.run(this.task(kind, source), 'again');
    } catch (error) {
      if (error instanceof BodyTooComplex) return renderSource(source.body);
      throw error;
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool?.destroy();
  }

  private task(kind: BodyKind, { body, format, dialect, context }: BodySource): RenderTask {
    return { kind, body, format, dialect, context, providers: this.settings.EMBED_PROVIDERS };
  }

  private async run(task: RenderTask, author: string): Promise<RenderedWithNotes> {
    if (isUsual(task)) return render(task);
    const pool = (this.pool ??= startPool());
    const rendered = await this.queue.run(author, task.body.length, () => pool.run(task));
    if ('limit' in rendered) throw new BodyTooComplex(rendered);
    return rendered;
  }
}

function isUsual({ body, format, context }: RenderTask): boolean {
  const { files, footnotes } = context ?? {};
  const added = files || footnotes ? JSON.stringify([files, footnotes]).length : 0;
  if (body.length + added > INLINE_WORK) return false;
  return format === 'html' || body.length + shapeOf(body).pieces * PIECE_WORK <= INLINE_WORK;
}

/** The first large body starts the pool. Tests run from src/, but the compiled worker is in dist/. */
function startPool(): Piscina<RenderTask, RenderedWithNotes | Excess> {
  const beside = fileURLToPath(new URL('./render-worker.js', import.meta.url));
  const built = fileURLToPath(new URL('../../../dist/platform/content/render-worker.js', import.meta.url));
  return new Piscina<RenderTask, RenderedWithNotes | Excess>({
    filename: existsSync(beside) ? beside : built,
    minThreads: 0,
    maxThreads: THREADS,
    idleTimeout: IDLE_MS,
    resourceLimits: HEAP,
  });
}
