/** The tokens of a session, as a store keeps them. */
export interface StoredTokens {
  accessToken: string;
  refreshToken: string;
  /** When the client replaces the access token, in milliseconds since 1970. It is valid a little longer. */
  refreshAt: number;
  /** The id of the account. */
  userId: string;
  /** A random name that a login gives to the session and a refresh keeps. Idempotency-Keys contain it. */
  session: string;
}

/**
 * Where a client keeps the tokens of its session. The methods can be asynchronous, for example for the session of a web
 * server. The client reads the store for each call, so several clients can share one.
 */
export interface TokenStore {
  get: () => StoredTokens | undefined | Promise<StoredTokens | undefined>;
  /** Stores the tokens, or removes them if they are undefined. */
  set: (tokens: StoredTokens | undefined) => void | Promise<void>;
  /** Calls the listener after another tab or process has changed the tokens. */
  subscribe?: (listener: () => void) => void;
}

/** Keeps tokens in memory: they are lost when the page or the process ends. */
export function memoryTokens(): TokenStore {
  let held: StoredTokens | undefined;
  return {
    get: () => held,
    set: (tokens) => {
      held = tokens;
    },
  };
}

/** The part of `localStorage` that the store uses. */
export interface WebStorage {
  getItem: (key: string) => string | null;
  setItem: (key: string, value: string) => void;
  removeItem: (key: string) => void;
}

/**
 * Keeps tokens in `localStorage`: they survive a reload, and all tabs of an origin share them. Every script of the
 * origin can read them, so use a Content-Security-Policy that permits only your own scripts.
 * @param key the key in the storage
 * @param storage `localStorage`, or `sessionStorage` for one tab
 */
export function localStorageTokens(key = 'galley', storage: WebStorage = localStorage): TokenStore {
  return {
    get() {
      try {
        return (JSON.parse(storage.getItem(key) ?? 'null') as StoredTokens | null) ?? undefined;
      } catch {
        return undefined;
      }
    },
    set(tokens) {
      if (tokens) storage.setItem(key, JSON.stringify(tokens));
      else storage.removeItem(key);
    },
    subscribe(listener) {
      // The key is null if a tab has cleared the storage.
      const hear = (event: { key?: string | null }) => (event.key ?? key) === key && listener();
      (globalThis as unknown as Listened).addEventListener('storage', hear);
    },
  };
}

interface Listened {
  addEventListener: (type: string, hear: (event: { key?: string | null }) => void) => void;
}
