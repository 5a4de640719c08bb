import { Injectable } from '@nestjs/common';
import { PURGE_BATCH } from '../platform/periodic/purging.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

/** With 500 rows each. More attempts per minute are impossible, because hashing a password is too slow. */
const BATCHES = 20;

/** Deletes the counts of expired windows. */
@Injectable()
export class LoginFailuresPurge {
  constructor(private readonly failures: LoginFailuresRepository) {}

  /** Deletes batches until no expired count remains, 10,000 are deleted, or `signal` aborts. */
  async purge(signal?: AbortSignal): Promise<void> {
    for (let batch = 0; batch < BATCHES && !signal?.aborted; batch++)
      if ((await this.failures.deleteEnded(PURGE_BATCH)) < PURGE_BATCH) return;
  }
}
