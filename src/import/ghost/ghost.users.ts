import { note } from '../../platform/content/note.js';
import type { ImportedAuthor } from '../import.model.js';
import { oneLine, owned } from '../text.js';
import { address, text } from './ghost-columns.js';

/** The costs 04 to 14. A hash of cost 31 would block the hashing of passwords for hours. */
const BCRYPT = /^\$2[aby]\$(?:0[4-9]|1[0-4])\$[./A-Za-z0-9]{53}$/;

export function readUser(values: Record<string, unknown>): ImportedAuthor {
  const email = owned(text(values, 'email'));
  const password = text(values, 'password');
  const status = text(values, 'status');
  const why = whyNoPassword(password, status);
  return {
    key: userKey(email || text(values, 'id')),
    name: owned(oneLine(text(values, 'name'))) || email || 'Unknown author',
    email: email || null,
    bio: owned(text(values, 'bio')) || null,
    website: owned(address(values, 'website')) || null,
    avatarUrl: absolute(address(values, 'profile_image') || address(values, 'image')),
    passwordHash: why ? null : owned(password),
    notes: why ? [`${why}: imported without a password`] : [],
  };
}

/** Returns a replacement for an author whom the file does not contain. */
export function unknownUser(id: string): ImportedAuthor {
  return {
    key: userKey(id),
    name: 'Unknown author',
    email: null,
    bio: null,
    website: null,
    avatarUrl: null,
    passwordHash: null,
    notes: [
      id
        ? note`the file names the author ${id} but does not contain the account`
        : 'a post in the file names no author',
    ],
  };
}

function userKey(id: string): string {
  return owned(`ghost user ${id.toLowerCase()}`);
}

function whyNoPassword(password: string, status: string): string | null {
  if (status !== 'active') return note`its status is ${status}`;
  return BCRYPT.test(password) ? null : 'has no bcrypt hash';
}

/** Ghost writes URLs of Gravatar without their scheme. */
function absolute(url: string): string | null {
  return owned(url.startsWith('//') ? `https:${url}` : url) || null;
}
