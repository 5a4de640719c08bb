import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { currentOrigin } from '../origin/origin.js';
import { AuditEntriesRepository, type NewEntry } from './audit-entries.repository.js';
import type { AuditEvent } from './audit-event.js';
import { erasable } from './chain.js';

/** Records writes in the transaction of the write, so that there is an entry if and only if the write happened. */
@Injectable()
export class AuditLog {
  constructor(private readonly entries: AuditEntriesRepository) {}

  /** @throws OutsideTransaction */
  record(event: AuditEvent): Promise<void> {
    return this.entries.insert(entryOf(event));
  }

  /** The same for several writes, in order. */
  async recordAll(events: AuditEvent[]): Promise<void> {
    const [only, ...more] = events;
    if (!only) return;
    if (more.length === 0) return this.record(only);
    await this.entries.insertAll(events.map(entryOf));
  }

  /**
   * Removes the personal data of an account from the log: from where it acted, and what was changed in it. The
   * entries themselves remain. The erasure is recorded if it removed something.
   * @returns the number of entries
   */
  erase(accountId: string): Promise<number> {
    return this.entries.transaction(async () => {
      const erased = await this.entries.erase(accountId);
      if (erased > 0) await this.record({ action: ERASED, targetId: accountId });
      return erased;
    });
  }
}

function entryOf({ action, targetId, changes = {}, by }: AuditEvent): NewEntry {
  const { via, accountId, credentialId, name, network, requestId } = { ...currentOrigin(), ...by };
  return {
    ...{ id: uuidv7(), via, action, targetId, targetType: action.slice(0, action.indexOf('.')) },
    ...{ actorId: accountId ?? null, actorName: name ?? null, credentialId: credentialId ?? null },
    requestId: requestId ?? null,
    network: erasable(network),
    changes: erasable(Object.keys(changes).length > 0 ? JSON.stringify(changes) : undefined),
  };
}

/** The action that accounts for missing details. */
export const ERASED = 'user.audit_erased';
