import { Injectable } from '@nestjs/common';
import { PURGE_BATCH } from '../platform/periodic/purging.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

/** Deletes the counts of windows that have ended. */
@Injectable()
export class LoginFailuresPurge {
  constructor(private readonly failures: LoginFailuresRepository) {}

  /** @returns how many were deleted: one batch at most */
  purge(): Promise<number> {
    return this.failures.deleteEnded(PURGE_BATCH);
  }
}
