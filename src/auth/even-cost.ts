const ARGON2ID = '$argon2id$v=19$m=47104,t=1,p=1$';

/** A hash that matches no password. Verifying it takes the same time as verifying a real hash. */
const NOBODY = `${ARGON2ID}c29tZXNhbHRzb21lc2FsdA$3Z6XW1pQ6y2u0m1m7S2l0mZ0m9kq3i3mX4u8i0v7XyI`;

/** A bcrypt hash that matches no password and requires 2^cost rounds. */
const nobodyAt = (cost: number): string =>
  `$2b$${String(cost).padStart(2, '0')}$${'abcdefgh'.repeat(7).slice(0, 53)}`;

/** The exponent of an imported bcrypt hash, or undefined for an argon2id hash. */
const bcryptCost = (stored: string): number | undefined =>
  stored.startsWith('$2') ? Number(stored.slice(4, 6)) : undefined;

/** The argon2id hash that every login verifies first: the stored one, or one that matches no password. */
export const argon2idOf = (stored: string | null): string =>
  stored === null || bcryptCost(stored) !== undefined ? NOBODY : stored;

/**
 * Returns the bcrypt hashes that follow. Every failed login then costs one argon2id hash and 2^`dearest` rounds of
 * bcrypt in this order, whatever hash is stored: a bcrypt hash of cost c is followed by the costs c, c+1 … up to
 * `dearest` - 1, because 2^c + 2^c + … + 2^(dearest-1) = 2^dearest.
 * @param stored null if there is no account, or the account has no password
 * @param dearest the highest bcrypt cost of all accounts; null if no account has a bcrypt hash
 */
export function bcryptOf(stored: string | null, dearest: number | null): string[] {
  const cost = stored === null ? undefined : bcryptCost(stored);
  if (stored === null || cost === undefined) return dearest === null ? [] : [nobodyAt(dearest)];
  const missing = Array.from({ length: Math.max(0, (dearest ?? cost) - cost) }, (_, step) => cost + step);
  return [stored, ...missing.map(nobodyAt)];
}
