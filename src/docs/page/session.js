const KEY = 'galley.session';
const AUTH = '/api/v1/auth';

/** An access token is replaced this long before it expires, so that a slow request still arrives with a valid one. */
const EARLY_MS = 30_000;

/**
 * @typedef {object} Tokens the response of a login or of a refresh
 * @property {string} accessToken
 * @property {string} refreshToken
 * @property {number} expiresIn seconds
 * @property {{ id: string, name: string, email?: string }} user
 */

/**
 * @typedef {object} State
 * @property {string} accessToken
 * @property {string} [refreshToken] absent for a token that a person has entered
 * @property {number} [expiresAt] milliseconds since 1970
 * @property {Tokens['user']} [user]
 */

/**
 * The session of this page. All tabs share it through localStorage, and a tab uses a token that another tab has
 * refreshed. It sends the event `change`, with the reason `ended` if the server has ended the session.
 */
export class Session extends EventTarget {
  constructor() {
    super();
    this.state = read();
    /** @type {Promise<void> | undefined} */
    this.refreshing = undefined;
    addEventListener('storage', ({ key }) => {
      if (key === KEY) this.take(read());
    });
  }

  /** Logs in, and throws an error with a message for people if that fails. */
  async logIn(/** @type {string} */ email, /** @type {string} */ password) {
    const { ok, body } = await post('/login', { email, password });
    if (!ok) throw new Error(body.detail ?? 'The login failed. Try again.');
    this.adopt(body);
  }

  /** Uses tokens that the server has sent to this page. */
  adopt(/** @type {Tokens} */ { accessToken, refreshToken, expiresIn, user }) {
    this.keep({ accessToken, refreshToken, user, expiresAt: Date.now() + expiresIn * 1000 });
  }

  useToken(/** @type {string} */ accessToken) {
    this.keep({ accessToken });
  }

  async logOut() {
    const state = read();
    this.keep(null);
    if (state?.refreshToken)
      await post('/logout', { refreshToken: state.refreshToken }).catch(() => undefined);
  }

  /** Returns an access token that is valid for a while, or null if nobody is logged in. */
  async validToken() {
    const { expiresAt = Infinity } = this.state ?? {};
    if (expiresAt - EARLY_MS < Date.now()) await this.refresh();
    return this.state?.accessToken ?? null;
  }

  /** The server has rejected an access token. */
  async rejected(/** @type {string} */ accessToken) {
    const stored = read();
    if (stored?.accessToken !== this.state?.accessToken) this.take(stored);
    if (stored?.accessToken !== accessToken) return;
    if (stored.refreshToken) await this.refresh();
    else this.keep(null, 'ended');
  }

  refresh() {
    this.refreshing ??= this.renew().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /**
   * Another tab can have refreshed in the meantime. If both do it at the same time, the server sends the same successor
   * to both. Without a connection, the session stays as it is.
   */
  async renew() {
    const before = this.state?.refreshToken;
    const stored = read();
    if (stored?.refreshToken !== before) return this.take(stored);
    if (!before) return;
    const { ok, status, body } = await post('/refresh', { refreshToken: before }).catch(() => ({
      ok: false,
      status: 0,
      body: /** @type {any} */ ({}),
    }));
    const now = read();
    // A logout, a login or a later refresh in another tab is newer than this one.
    if (now?.refreshToken !== before && !(ok && now?.refreshToken === body.refreshToken)) this.take(now);
    else if (ok) this.adopt(body);
    else if (status === 401 || status === 403) this.keep(null, 'ended');
  }

  keep(/** @type {State | null} */ state, reason = '') {
    if (state) localStorage.setItem(KEY, JSON.stringify(state));
    else localStorage.removeItem(KEY);
    this.take(state, reason);
  }

  take(/** @type {State | null} */ state, reason = '') {
    this.state = state;
    this.dispatchEvent(new CustomEvent('change', { detail: reason }));
  }
}

/** @returns {State | null} */
function read() {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? 'null');
  } catch {
    return null;
  }
}

async function post(/** @type {string} */ path, /** @type {object} */ content) {
  const response = await fetch(AUTH + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(content),
  });
  const body = await response.json().catch(() => ({}));
  return { ok: response.ok, status: response.status, body };
}
