import { ProblemError } from './errors.ts';
import { randomId } from './idempotency-key.ts';
import type { Tokens } from './openapi.ts';
import { type Call, orEnded } from './persist.ts';
import type { StoredTokens, TokenStore } from './tokens.ts';

/** Exchanges a refresh token for its successor. */
export type Refresh = (refreshToken: string) => Promise<Tokens>;
/** Hears the id of the account, or undefined after the session has ended. */
export type SessionListener = (userId: string | undefined) => void;

/** An access token is replaced after this part of its lifetime. */
const USED_SHARE = 0.9;

/**
 * The session of a client. Many calls of one client share one refresh. Several tabs or processes that share a store can
 * refresh at the same moment: for 30 seconds the server returns the same successor to all of them.
 */
export class Session {
  readonly #store: TokenStore;
  readonly #refresh: Refresh;
  readonly #listeners = new Set<SessionListener>();
  #renewing: Promise<StoredTokens | undefined> | undefined;
  #userId: string | undefined;

  constructor(store: TokenStore, refresh: Refresh) {
    this.#store = store;
    this.#refresh = refresh;
    store.subscribe?.(() => void this.tokens());
  }

  /** Returns what the store holds, and tells the listeners if that is another account. */
  async tokens(): Promise<StoredTokens | undefined> {
    const held = await this.#store.get();
    this.#tell(held?.userId);
    return held;
  }

  /** Returns tokens with a current access token: the given ones or their successors. Undefined if the session has ended. */
  async current(held: StoredTokens | undefined, call: Call): Promise<StoredTokens | undefined> {
    return held && Date.now() >= held.refreshAt ? this.renew(held, call) : held;
  }

  /**
   * Returns the successors of tokens, or what has replaced them in the store: those of another session after a login,
   * undefined after a logout or the end of the session.
   * @throws ConnectionError, ProblemError: the session continues, and the next call tries again
   */
  renew(used: StoredTokens, call: Call): Promise<StoredTokens | undefined> {
    this.#renewing ??= this.#replace(used.accessToken).finally(() => (this.#renewing = undefined));
    return orEnded(this.#renewing, call);
  }

  /** @param session the name of the session that continues. Default: a new session. */
  async set(tokens: Tokens | undefined, session = randomId()): Promise<StoredTokens | undefined> {
    const stored = tokens && {
      accessToken: tokens.accessToken,
      refreshToken: tokens.refreshToken,
      refreshAt: Date.now() + tokens.expiresIn * 1000 * USED_SHARE,
      userId: tokens.user.id,
      session,
    };
    await this.#store.set(stored);
    this.#tell(stored?.userId);
    return stored;
  }

  listen(listener: SessionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #replace(used: string): Promise<StoredTokens | undefined> {
    const held = await this.#store.get();
    if (held?.accessToken !== used) return held; // Another call or tab was faster.
    const fresh = await this.#refresh(held.refreshToken).catch((error: unknown) => {
      if (error instanceof ProblemError && error.status === 401) return undefined;
      throw error;
    });
    const now = await this.#store.get();
    // A logout, a login or a later refresh in the meantime is newer than this one.
    if (now?.refreshToken !== held.refreshToken && now?.refreshToken !== fresh?.refreshToken) return now;
    return this.set(fresh, held.session);
  }

  #tell(userId: string | undefined): void {
    if (userId === this.#userId) return;
    this.#userId = userId;
    for (const listener of this.#listeners) listener(userId);
  }
}
