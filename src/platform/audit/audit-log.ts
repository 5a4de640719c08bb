import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { currentOrigin } from '../origin/origin.js';
import { AuditEntriesRepository } from './audit-entries.repository.js';
import type { AuditEvent } from './audit-event.js';
import { erasable } from './chain.js';

/** Records writes in the transaction of the write, so that there is an entry if and only if the write happened. */
@Injectable()
export class AuditLog {
  constructor(private readonly entries: AuditEntriesRepository) {}

  /** @throws OutsideTransaction */
  async record({ action, targetId, changes = {}, by }: AuditEvent): Promise<void> {
    const { via, accountId, credentialId, name, network, requestId } = { ...currentOrigin(), ...by };
    await this.entries.insert({
      ...{ id: uuidv7(), via, action, targetId, targetType: action.slice(0, action.indexOf('.')) },
      ...{ actorId: accountId ?? null, actorName: name ?? null, credentialId: credentialId ?? null },
      requestId: requestId ?? null,
      network: erasable(network),
      changes: erasable(Object.keys(changes).length > 0 ? JSON.stringify(changes) : undefined),
    });
  }

  /**
   * Removes the personal data of an account from the log: from where it acted, and what was changed in it. The
   * entries themselves remain.
   * @returns the number of entries
   */
  erase(accountId: string): Promise<number> {
    return this.entries.transaction(async () => {
      const erased = await this.entries.erase(accountId);
      await this.record({ action: ERASED, targetId: accountId });
      return erased;
    });
  }
}

/** The action that accounts for missing details. */
export const ERASED = 'user.audit_erased';
