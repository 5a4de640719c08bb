const ARGON2ID = '$argon2id$v=19$m=47104,t=1,p=1$';

/** Nobody's password: what a verification costs for whom there is no hash. */
const NOBODY = `${ARGON2ID}c29tZXNhbHRzb21lc2FsdA$3Z6XW1pQ6y2u0m1m7S2l0mZ0m9kq3i3mX4u8i0v7XyI`;

/** A bcrypt hash of nobody's password that costs 2^cost rounds to verify. */
const nobodyAt = (cost: number): string =>
  `$2b$${String(cost).padStart(2, '0')}$${'abcdefgh'.repeat(7).slice(0, 53)}`;

/** The exponent in an imported bcrypt hash; undefined for an argon2id hash. */
const bcryptCost = (stored: string): number | undefined =>
  stored.startsWith('$2') ? Number(stored.slice(4, 6)) : undefined;

/**
 * The hashes to verify besides the stored one when a login fails, so that every failed
 * login costs one argon2id and 2^`dearest` rounds of bcrypt, whatever hash stands there:
 * a bcrypt hash of cost c is followed by costs c, c+1 … up to `dearest` - 1, because
 * 2^c + 2^c + … + 2^(dearest-1) = 2^dearest.
 * @param stored null when there is no account, or one without a password
 * @param dearest the greatest bcrypt cost of any account; null when no account has such a hash
 */
export function fillersFor(stored: string | null, dearest: number | null): string[] {
  const cost = stored === null ? undefined : bcryptCost(stored);
  if (cost === undefined) {
    return [...(stored === null ? [NOBODY] : []), ...(dearest === null ? [] : [nobodyAt(dearest)])];
  }
  const missing = Array.from({ length: Math.max(0, (dearest ?? cost) - cost) }, (_, step) => cost + step);
  return [NOBODY, ...missing.map(nobodyAt)];
}
