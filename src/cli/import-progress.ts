import { Presets, SingleBar } from 'cli-progress';
import { PASSES } from '../import/import-format.js';
import type { ImportFormat } from '../import/import.model.js';
import type { ImportSource } from '../import/import-source.js';

/** A progress bar on a terminal, and nothing elsewhere. It counts the bytes of all passes over the file. */
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
        gracefulExit: false, // The import handles Ctrl-C itself.
      },
      Presets.shades_classic,
    );
  }

  start(): void {
    this.bar?.start(this.size * PASSES[this.format], 0);
  }

  /** Returns the same source and counts the bytes that are read from it. */
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
