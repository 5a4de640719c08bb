import {
  type ClientOptions,
  Galley as GalleyClient,
  memoryTokens,
  type TokenStore,
} from '../../clients/typescript/src/galley.ts';
import type { Person } from '../support/builders.js';

/** A store with the tokens of an account. */
export function tokensOf(person: Person, refreshAt = Date.now() + 600_000): TokenStore {
  const tokens = memoryTokens();
  void tokens.set({
    accessToken: person.token,
    refreshToken: person.refreshToken,
    refreshAt,
    userId: person.id,
    session: person.id,
  });
  return tokens;
}

/** A client with the session of an account. */
export const signedIn = (url: string, person: Person, options: ClientOptions = {}): GalleyClient =>
  new GalleyClient(url, { tokens: tokensOf(person), ...options });
