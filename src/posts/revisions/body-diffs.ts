import { Injectable } from '@nestjs/common';
import { BodyThreads } from '../../platform/content/body-threads.js';
import { type Compared, foundDiff } from './body-diff.js';

/** Up to this many characters and changes, a comparison blocks the event loop for a few milliseconds. */
const INLINE_CHARACTERS = 16_000;
const INLINE_CHANGES = 200;
const WORKER = new URL('./diff-worker.js', import.meta.url);

/** Compares bodies: small ones that have much in common on the event loop, and others on a worker thread. */
@Injectable()
export class BodyDiffs {
  constructor(private readonly threads: BodyThreads) {}

  /**
   * Returns the difference as a unified diff, or an empty text if the bodies are equal.
   * @param reader the account whose turn a large comparison uses
   * @throws Busy
   */
  async diff(compared: Compared, reader: string): Promise<string> {
    const { before, after } = compared;
    if (before === after) return '';
    const size = before.length + after.length;
    const found = size <= INLINE_CHARACTERS ? foundDiff(compared, INLINE_CHANGES) : undefined;
    return found ?? (await this.threads.run<string>(reader, size, WORKER, compared));
  }
}
