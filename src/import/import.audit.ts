import { v7 as uuidv7 } from 'uuid';
import type { AuditEvent } from '../platform/audit/audit-event.js';
import type { ImportReport } from './import.report.js';

/** One entry for the whole import, with the number of new items of each kind. Each new account has its own entry. */
export const importCompleted = ({ counts }: Pick<ImportReport, 'counts'>): AuditEvent => ({
  action: 'import.completed',
  targetId: uuidv7(),
  changes: Object.fromEntries(
    Object.entries(counts)
      .filter(([, { imported }]) => imported > 0)
      .map(([kind, { imported }]) => [kind, [0, imported]]),
  ),
});
