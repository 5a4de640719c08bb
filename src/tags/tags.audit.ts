import { type AuditEvent, changesBetween } from '../platform/audit/audit-event.js';
import type { LockedTag, TagRow } from './tags.repository.js';
import type { TagView } from './tags.schemas.js';

const FIELDS = ['name', 'slug', 'description'] as const;

export const tagCreated = (tag: TagRow): AuditEvent => ({
  action: 'tag.created',
  targetId: tag.id,
  changes: changesBetween(null, tag, FIELDS),
});

export const tagUpdated = (before: LockedTag, after: TagView): AuditEvent => ({
  action: 'tag.updated',
  targetId: before.id,
  changes: changesBetween(before, after, FIELDS),
});

export const tagDeleted = (tag: LockedTag): AuditEvent => ({
  action: 'tag.deleted',
  targetId: tag.id,
  changes: changesBetween(tag, null, FIELDS),
});
