import { Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import type { Next } from '../periodic/periodic-job.js';
import { AuditSealsRepository, type Seal } from './audit-seals.repository.js';
import { GENESIS, sealOf } from './chain.js';

const BATCH = 500;
const HOUR_MS = 3_600_000;

/**
 * Adds new entries to the chain. Writes do not do this themselves, because each would have to wait for the one before
 * it. Two runs at the same time would take the same positions, and one of them would be rolled back.
 */
@Injectable()
export class Sealing {
  private known: Seal | undefined;
  private reportedAt = 0;

  constructor(
    private readonly seals: AuditSealsRepository,
    private readonly logger: Logger,
  ) {}

  async run(): Promise<Next> {
    await this.compareWithKnown();
    const { head, sealed } = await this.seals.transaction(() => this.sealBatch());
    this.known = head;
    this.report(head);
    return sealed < BATCH ? 'later' : 'again';
  }

  private async sealBatch(): Promise<{ head: Seal | undefined; sealed: number }> {
    const entries = await this.seals.unsealed(BATCH);
    let head = await this.seals.head();
    if (entries.length === 0) return { head, sealed: 0 };
    const added = entries.map((entry) => {
      const position = (head?.position ?? 0) + 1;
      head = { position, hash: sealOf(head?.hash ?? GENESIS, position, entry) };
      return { ...head, entryId: entry.id };
    });
    await this.seals.insert(added);
    return { head, sealed: added.length };
  }

  /** The chain only grows. Somebody who removes its end or writes it again must restart all workers to hide it. */
  private async compareWithKnown(): Promise<void> {
    const { known } = this;
    if (!known) return;
    const now = await this.seals.hashAt(known.position);
    if (!now?.equals(known.hash))
      this.logger.error(named(known), 'the end of the audit log was changed or removed');
  }

  /** The log of the process is a copy of the head that does not depend on the database. */
  private report(head: Seal | undefined): void {
    if (!head || Date.now() - this.reportedAt < HOUR_MS) return;
    this.reportedAt = Date.now();
    this.logger.info(named(head), 'the head of the audit log');
  }
}

const named = ({ position, hash }: Seal) => ({ head: `${position}:${hash.toString('hex')}` });
