import { type AuditEvent, changesBetween } from '../platform/audit/audit-event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Account, ImportedUser } from './users.repository.js';

const FIELDS = ['email', 'name', 'bio', 'avatarUrl', 'website', 'role', 'active'] as const;

export const userCreated = (account: Account): AuditEvent => ({
  action: 'user.created',
  targetId: account.id,
  changes: changesBetween(null, account, ['email', 'name', 'role']),
});

export const userImported = (id: Id, user: ImportedUser): AuditEvent => ({
  action: 'user.imported',
  targetId: id,
  changes: changesBetween(null, { ...user, role: 'author' }, ['email', 'name', 'role']),
});

/** An edit that gives another role has its own action, because it is the one that grants rights. */
export const userUpdated = (before: Account, after: Account): AuditEvent => ({
  action: before.role === after.role ? 'user.updated' : 'user.role_changed',
  targetId: after.id,
  changes: changesBetween(before, after, FIELDS),
});

export const userSwitched = (before: Account, after: Account): AuditEvent => ({
  action: after.active ? 'user.enabled' : 'user.disabled',
  targetId: after.id,
  changes: changesBetween(before, after, ['active']),
});
