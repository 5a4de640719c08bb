import { Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import { Logger } from '../platform/logging/logger.js';
import { canonicalEmail } from './canonical-email.js';
import { UsersRepository } from './users.repository.js';

const BATCH = 500;

/**
 * Sets the canonical address of accounts of an earlier release. If two accounts have the same canonical address,
 * the older account gets it. The other account is found by its own spelling, and a warning names it.
 */
@Injectable()
export class EmailBackfill {
  constructor(
    private readonly users: UsersRepository,
    private readonly logger: Logger,
  ) {}

  /**
   * Sets the canonical address of every account without one.
   * @returns the ids of the accounts whose canonical address belongs to another account
   */
  async fill(signal?: AbortSignal): Promise<string[]> {
    const without: string[] = [];
    for (let last: string = NIL; !signal?.aborted;) {
      const accounts = await this.users.withoutCanonicalEmail(last, BATCH);
      if (accounts.length === 0) break;
      const keyed = accounts.map(({ id, email }) => ({ id, canonical: canonicalEmail(email) }));
      const given = new Set(await this.users.transaction(() => this.users.giveCanonicalEmails(keyed)));
      without.push(...keyed.filter(({ id }) => !given.has(id)).map(({ id }) => id));
      last = accounts.at(-1)?.id ?? last;
    }
    for (const id of without)
      this.logger.warn({ id }, 'another account has the same e-mail address in another spelling');
    return without;
  }
}
