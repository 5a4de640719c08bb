import { Injectable } from '@nestjs/common';
import { PURGE_BATCH } from '../platform/periodic/purging.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

/** Deletes the counts of expired windows. */
@Injectable()
export class LoginFailuresPurge {
  constructor(private readonly failures: LoginFailuresRepository) {}

  /** Deletes one batch. Returns the number of deleted counts. */
  purge(): Promise<number> {
    return this.failures.deleteEnded(PURGE_BATCH);
  }
}
