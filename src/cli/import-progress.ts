import { Presets, SingleBar } from 'cli-progress';
import { PASSES } from '../import/import-format.js';
import type { ImportFormat } from '../import/import.model.js';
import type { ImportSource } from '../import/import-source.js';

/** A bar on a terminal; elsewhere nothing. Adds up the bytes that are read, over all passes. */
export class ImportProgress {
  private readonly bar: SingleBar | undefined;
  private read = 0;

  constructor(
    private readonly size: number,
    private readonly format: ImportFormat,
  ) {
    if (!process.stderr.isTTY) return;
    this.bar = new SingleBar(
      {
        format: '{bar} {percentage} % | {duration_formatted} | about {eta_formatted} left',
        clearOnComplete: true,
        hideCursor: true,
        stream: process.stderr,
        gracefulExit: false, // Ctrl-C is the import's
      },
      Presets.shades_classic,
    );
  }

  start(): void {
    this.bar?.start(this.size * PASSES[this.format], 0);
  }

  /** The same source, counted. */
  watch(source: ImportSource): ImportSource {
    const counted = (bytes: number) => this.bar?.update(Math.min(this.total, (this.read += bytes)));
    return async function* () {
      for await (const chunk of source()) {
        counted(chunk.length);
        yield chunk;
      }
    };
  }

  stop(): void {
    this.bar?.stop();
  }

  private get total(): number {
    return this.size * PASSES[this.format];
  }
}
