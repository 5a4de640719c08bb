import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import { BodyThreads } from './body-threads.js';
import { BodyTooComplex, type Excess } from './body-too-complex.js';
import { contentSettings } from './content.settings.js';
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

const WORKER = new URL('./render-worker.js', import.meta.url);

/** Renders bodies of usual size on the event loop, and large ones on worker threads, where authors take turns. */
@Injectable()
export class Renderer implements Rendering {
  /** Renders on the event loop, for a process that does nothing else. */
  readonly here: Rendering = { render: (kind, source) => render(this.task(kind, source)) };

  constructor(
    @Inject(contentSettings.KEY) private readonly settings: ConfigType<typeof contentSettings>,
    private readonly threads: BodyThreads,
  ) {}

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

  private task(kind: BodyKind, { body, format, dialect, context }: BodySource): RenderTask {
    return { kind, body, format, dialect, context, providers: this.settings.EMBED_PROVIDERS };
  }

  private async run(task: RenderTask, author: string): Promise<RenderedWithNotes> {
    if (isUsual(task)) return render(task);
    const size = task.body.length;
    const rendered = await this.threads.run<RenderedWithNotes | Excess>(author, size, WORKER, task);
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
