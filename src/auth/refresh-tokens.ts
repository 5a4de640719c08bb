import { createHash, createHmac, randomBytes } from 'node:crypto';

const TOKEN_BYTES = 32;

/** A first refresh token: 256 random bits. */
export const newRefreshToken = (): string => randomBytes(TOKEN_BYTES).toString('base64url');

/**
 * The one successor of a token. Derived, so that two tabs that present the same
 * parent get the same successor although only hashes are stored.
 */
export const successorOf = (token: string, secret: string): string =>
  createHmac('sha256', secret).update(token).digest('base64url');

/** What is stored of a token. */
export const hashOf = (token: string): Buffer => createHash('sha256').update(token).digest();
