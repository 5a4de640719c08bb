import { versioned } from '../platform/http/answers/versioned.js';
import type { FollowFacts } from './follows.repository.js';
import type { ProfileView, UserView } from './users.schemas.js';
import type { Account } from './users.repository.js';

/** The account, as the account itself and admins see it. */
export const fullView = (account: Account): UserView => ({ ...account });

/** The account, as all others see it. Only the ETag contains its version. */
export const publicView = ({ id, name, bio, avatarUrl, website, createdAt, version }: Account): UserView =>
  versioned({ id, name, bio, avatarUrl, website, createdAt }, version);

export const fullProfile = (account: Account, follows: FollowFacts): ProfileView => ({
  ...account,
  ...follows,
});

export const publicProfile = (account: Account, follows: FollowFacts): ProfileView =>
  versioned({ ...publicView(account), ...follows }, account.version);
