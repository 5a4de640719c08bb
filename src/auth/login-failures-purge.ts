import { Injectable } from '@nestjs/common';
import { PURGE_BATCH } from '../platform/periodic/purging.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

/** With 500 each, more than this many a minute cannot be tried: passwords are hashed too slowly for it. */
const BATCHES = 20;

/** Deletes the counts of windows that have ended. */
@Injectable()
export class LoginFailuresPurge {
  constructor(private readonly failures: LoginFailuresRepository) {}

  /** One batch after the other, until none is left, 10,000 are gone, or `signal` aborts. */
  async purge(signal?: AbortSignal): Promise<void> {
    for (let batch = 0; batch < BATCHES && !signal?.aborted; batch++)
      if ((await this.failures.deleteEnded(PURGE_BATCH)) < PURGE_BATCH) return;
  }
}
