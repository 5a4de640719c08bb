import { createHash, createHmac, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** Returns a new refresh token with 256 random bits. */
export const newRefreshToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/**
 * Returns the only successor of a token. It is derived, so that two tabs that present the same token receive the
 * same successor although only hashes are stored.
 */
export const successorOf = (token: string, secret: string): string =>
  createHmac('sha256', secret).update(token).digest('base64url');

/** Returns the hash that is stored for a token. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
