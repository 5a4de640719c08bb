import { Injectable } from '@nestjs/common';
import { Cursors } from '../platform/lists/cursors.js';
import { Tails } from '../platform/lists/tails.js';
import type { Page } from '../platform/schemas/schemas.js';
import { AuditRepository, SORT_KEYS } from './audit.repository.js';
import type { AuditEntryView, ListAuditQuery } from './audit.schemas.js';

/** Shows what the platform has recorded. */
@Injectable()
export class AuditService {
  constructor(
    private readonly entries: AuditRepository,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
  ) {}

  async list(query: ListAuditQuery): Promise<Page<AuditEntryView>> {
    const start = this.cursors.start('audit', query);
    const asked = { query, key: SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) => this.entries.list(query, start, before));
    return this.cursors.page('audit', query, rows, last);
  }
}
