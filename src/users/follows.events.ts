import type { NewEvent } from '../platform/events/event.js';
import type { Account } from './users.repository.js';

/** Who is followed, and by whom. */
export interface FollowEventData {
  user: Pick<Account, 'id' | 'name' | 'avatarUrl'>;
  follower: Pick<Account, 'id' | 'name' | 'avatarUrl'>;
}

const shown = ({ id, name, avatarUrl }: Account) => ({ id, name, avatarUrl });

/** A fact of the log that no client sees: profiles in the feed of changes contain no numbers of followers. */
export const followEvent = (user: Account, follower: Account): NewEvent => ({
  type: 'user.followed',
  resource: { type: 'user', id: user.id, version: user.version },
  actorId: follower.id,
  isPublic: false,
  ownerIds: [user.id, follower.id],
  data: { user: shown(user), follower: shown(follower) } satisfies FollowEventData,
});
