import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { NIL } from 'uuid';
import { Logger } from '../platform/logging/logger.js';
import { canonicalEmail } from './canonical-email.js';
import { UsersRepository } from './users.repository.js';

const BATCH = 500;
const RETRY_MS = 30_000;

/**
 * Gives accounts of a former release their canonical address, at the start and in the background. Of two that have the
 * same one, the older gets it; the other is found by its own spelling, and a warning names it.
 */
@Injectable()
export class CanonicalEmails implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    private readonly users: UsersRepository,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    this.later(0);
  }

  onModuleDestroy(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  /** @returns the ids of accounts whose address another one has */
  async fill(): Promise<string[]> {
    const without: string[] = [];
    for (let last: string = NIL; !this.closed;) {
      const accounts = await this.users.withoutCanonicalEmail(last, BATCH);
      if (accounts.length === 0) break;
      const keyed = accounts.map(({ id, email }) => ({ id, canonical: canonicalEmail(email) }));
      const given = new Set(await this.users.giveCanonicalEmails(keyed));
      without.push(...keyed.filter(({ id }) => !given.has(id)).map(({ id }) => id));
      last = accounts.at(-1)?.id ?? last;
    }
    return without;
  }

  private later(pause: number): void {
    if (!this.closed) this.timer = setTimeout(() => void this.begin(), pause).unref();
  }

  private async begin(): Promise<void> {
    try {
      for (const id of await this.fill())
        this.logger.warn({ id }, 'another account has the same e-mail address in another spelling');
    } catch (error) {
      this.logger.debug(
        { reason: error instanceof Error ? error.message : 'unknown' },
        'canonical e-mail addresses later',
      );
      this.later(RETRY_MS);
    }
  }
}
