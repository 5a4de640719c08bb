import { PASSES } from '../import/import-format.js';
import type { ImportFormat } from '../import/import.model.js';
import { progressBar } from './progress-bar.js';

/** A progress bar on a terminal, and nothing elsewhere. It counts the bytes of all passes over the file. */
export class ImportProgress {
  private readonly bar = progressBar('{duration_formatted}');
  private readonly total: number;
  private read = 0;

  constructor(size: number, format: ImportFormat) {
    this.total = size * PASSES[format];
  }

  start(): void {
    this.bar?.start(this.total, 0);
  }

  add(bytes: number): void {
    this.bar?.update(Math.min(this.total, (this.read += bytes)));
  }

  stop(): void {
    this.bar?.stop();
  }
}
