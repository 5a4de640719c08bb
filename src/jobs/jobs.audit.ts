import { type AuditEvent, changesBetween } from '../platform/audit/audit-event.js';
import type { JobRecord } from '../platform/jobs/job-records.js';

const FIELDS = ['name', 'queue', 'state'] as const;

export const jobRetried = (before: JobRecord, after: JobRecord): AuditEvent => ({
  action: 'job.retried',
  targetId: before.id,
  changes: changesBetween(before, after, FIELDS),
});

export const jobDeleted = (job: JobRecord): AuditEvent => ({
  action: 'job.deleted',
  targetId: job.id,
  changes: changesBetween(job, null, FIELDS),
});
