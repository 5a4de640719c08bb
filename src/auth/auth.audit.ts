import type { AuditEvent } from '../platform/audit/audit-event.js';
import type { Id } from '../platform/schemas/schemas.js';

/** A session and the account to which it belongs. */
export interface OwnedSession {
  id: Id;
  userId: Id;
}

/** Requests about sessions identify the account by a password or a token in the body. */
const bySession = ({ id, userId }: OwnedSession): AuditEvent['by'] => ({
  via: 'session',
  accountId: userId,
  credentialId: id,
});

const event = (action: AuditEvent['action'], session: OwnedSession): AuditEvent => ({
  action,
  targetId: session.id,
  by: bySession(session),
});

export const sessionCreated = (session: OwnedSession) => event('session.created', session);

/** The owner logged out. */
export const sessionEnded = (session: OwnedSession) => event('session.ended', session);

/** The account has more sessions than AUTH_MAX_SESSIONS. */
export const sessionReplaced = (id: Id, by: OwnedSession): AuditEvent => ({
  action: 'session.replaced',
  targetId: id,
  by: bySession(by),
});

/** Somebody presented an old refresh token, so that another party may have a copy. */
export const sessionRevoked = (session: OwnedSession) => event('session.revoked', session);

/** @param ended the number of other sessions that ended */
export const passwordChanged = (userId: Id, ended: number): AuditEvent => ({
  action: 'user.password_changed',
  targetId: userId,
  changes: { otherSessions: [ended, 0] },
});
