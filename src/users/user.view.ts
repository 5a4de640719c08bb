import { versioned } from '../platform/http/answers/versioned.js';
import type { UserView } from './users.schemas.js';
import type { Account } from './users.repository.js';

/** The account to itself and to admins. */
export const fullView = (account: Account): UserView => ({ ...account });

/** The account to everybody else. Its version shows in the ETag alone. */
export const publicView = ({ id, name, bio, avatarUrl, website, createdAt, version }: Account): UserView =>
  versioned({ id, name, bio, avatarUrl, website, createdAt }, version);
