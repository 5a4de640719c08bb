import { Injectable } from '@nestjs/common';
import { tagged } from '../platform/http/answers/versioned.js';
import type { Id } from '../platform/schemas/schemas.js';
import { NOTIFICATION_KINDS } from './notification-kinds.js';
import { PreferencesRepository } from './preferences.repository.js';
import { DEFAULT_CHOICE, type PreferencesView, type UpdatePreferences } from './preferences.schemas.js';
import { RefusalsRepository } from './refusals.repository.js';
import type { Unsubscribed } from './unsubscribe-links.js';

@Injectable()
export class PreferencesService {
  constructor(
    private readonly preferences: PreferencesRepository,
    private readonly refusals: RefusalsRepository,
  ) {}

  async get(userId: Id): Promise<PreferencesView> {
    const chosen = new Map((await this.preferences.of(userId)).map(({ kind, ...choice }) => [kind, choice]));
    const entries = NOTIFICATION_KINDS.map((kind) => [kind, chosen.get(kind) ?? DEFAULT_CHOICE]);
    return tagged(Object.fromEntries(entries) as PreferencesView);
  }

  /**
   * Changes what the request names. Who asks for mail has a mailbox that works, as far as that account knows, so refusals before it
   * are forgotten.
   * @param check throws if the request must not change these preferences
   */
  update(
    userId: Id,
    changes: UpdatePreferences,
    check: (current: PreferencesView) => void,
  ): Promise<PreferencesView> {
    return this.preferences.transaction(async () => {
      await this.preferences.lock(userId);
      check(await this.get(userId));
      for (const kind of NOTIFICATION_KINDS) {
        const change = changes[kind];
        if (change) await this.preferences.set(userId, kind, change);
        if (change?.email && change.email !== 'off') await this.refusals.forget(userId);
      }
      return this.get(userId);
    });
  }

  /** Ends messages by mail of one kind, or the daily message. A link that is used again waits for no lock. */
  async unsubscribe({ userId, from }: Unsubscribed): Promise<void> {
    const chosen = await this.preferences.of(userId);
    const ends = ({ kind, email }: (typeof chosen)[number]) =>
      from === 'daily' ? email === 'daily' : kind === from && email !== 'off';
    if (!chosen.some(ends)) return;
    await this.preferences.transaction(async () => {
      await this.preferences.lock(userId);
      if (from === 'daily') await this.preferences.endDaily(userId);
      else await this.preferences.endMail(userId, from);
    });
  }
}
