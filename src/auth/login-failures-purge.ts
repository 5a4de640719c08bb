import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { Logger } from '../platform/logging/logger.js';
import { LoginFailuresRepository } from './login-failures.repository.js';

const EVERY_MS = 60_000;
const BATCH = 500;
/** With 500 each, more than this many a minute cannot be tried: passwords are hashed too slowly for it. */
const BATCHES = 20;

/** Deletes counts of ended windows, 500 in a statement, until none is left or 10,000 are gone. */
@Injectable()
export class LoginFailuresPurge implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly failures: LoginFailuresRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => void this.purge(), EVERY_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** When the database does not answer, the next minute tries again. */
  async purge(): Promise<void> {
    try {
      for (let batch = 0; batch < BATCHES; batch++)
        if ((await this.failures.deleteEnded(BATCH)) < BATCH) return;
    } catch (error) {
      this.logger.debug(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'login failures not purged',
      );
    }
  }
}
