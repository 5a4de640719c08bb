import type { NewEvent } from '../platform/events/event.js';
import type { Id } from '../platform/schemas/schemas.js';
import type { Account } from './users.repository.js';

/** The facts about an account. */
export const USER_EVENTS = ['user.registered', 'user.updated', 'user.disabled', 'user.enabled'] as const;
export type UserEvent = (typeof USER_EVENTS)[number];

/** The account in an event. It contains nothing that only the account itself and admins can see, except `active`. */
export type UserEventData = Pick<
  Account,
  'id' | 'name' | 'bio' | 'avatarUrl' | 'website' | 'createdAt' | 'active'
>;

/**
 * @param account the account after the change
 * @param actorId null for a command
 */
export function userEvent(type: UserEvent, account: Account, actorId: Id | null): NewEvent {
  const { id, name, bio, avatarUrl, website, createdAt, active, version } = account;
  return {
    type,
    resource: { type: 'user', id, version },
    actorId,
    // Readers learn of it if they can read the name of the account anywhere, which is decided when they ask.
    isPublic: type !== 'user.registered',
    ownerIds: [id],
    data: { id, name, bio, avatarUrl, website, createdAt, active } satisfies UserEventData,
  };
}

/** An account of an import, of which nobody is notified. */
export const importedUserEvent = (id: Id): NewEvent => ({
  type: 'user.registered',
  resource: { type: 'user', id, version: 1 },
  actorId: null,
  isPublic: false,
  ownerIds: [id],
  isSilent: true,
});
