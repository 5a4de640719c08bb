import { Inject, Injectable } from '@nestjs/common';
import { NIL } from 'uuid';
import type { Next } from '../platform/periodic/periodic-job.js';
import type { Id } from '../platform/schemas/schemas.js';
import { CurrentNoticesRepository } from './current-notices.repository.js';
import { DigestsRepository } from './digests.repository.js';
import { NoticeMails } from './notice-mails.js';
import { type NotificationsSettings, notificationsSettings } from './notifications.settings.js';

const ACCOUNTS_AT_ONCE = 100;
/** The notices of one message. */
const MOST_SHOWN = 50;

/**
 * Sends the daily messages. A message of an account and a day is created in the transaction that takes the notices in it,
 * so any number of processes creates it once.
 */
@Injectable()
export class Digests {
  constructor(
    private readonly digests: DigestsRepository,
    private readonly current: CurrentNoticesRepository,
    private readonly mails: NoticeMails,
    @Inject(notificationsSettings.KEY) private readonly settings: NotificationsSettings,
  ) {}

  /**
   * An account whose message fails holds up no other, and has its turn again in the next run.
   * @throws the first error, when all accounts had their turn
   */
  async run(signal: AbortSignal): Promise<Next> {
    if (!this.mails.enabled) return 'later';
    const slot = await this.digests.lastSlot(this.settings.NOTIFICATIONS_DIGEST_HOUR);
    let failure: { error: unknown } | undefined;
    for (let after: Id | undefined = NIL; after !== undefined && !signal.aborted;) {
      const accounts = await this.digests.waiting(slot, after, ACCOUNTS_AT_ONCE);
      for (const id of accounts) {
        if (signal.aborted) break;
        try {
          await this.send(id, slot);
        } catch (error) {
          failure ??= { error };
        }
      }
      after = accounts[ACCOUNTS_AT_ONCE - 1];
    }
    if (failure) throw failure.error;
    return 'later';
  }

  private send(id: Id, slot: string): Promise<void> {
    return this.digests.transaction(async () => {
      if (!(await this.digests.claim(id, slot))) return;
      const account = await this.current.account(id);
      if (!account) return this.digests.discard(id, slot);
      const { ids, count } = await this.digests.take(account, slot, MOST_SHOWN);
      if (count > 0) await this.mails.digest(account, slot, ids, count - ids.length);
    });
  }
}
