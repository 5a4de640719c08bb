import type { CallOptions, Http } from './http.ts';
import type { ChangePassword, Login, Register, Tokens, User } from './openapi.ts';
import type { SessionListener } from './session.ts';

/** The session of this client. */
export class Auth {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /**
   * Registers an account, without a session. If a response is lost, the repetition returns `email_taken` although the
   * account is yours: log in to find out.
   */
  register(account: Register, options: CallOptions = {}): Promise<User> {
    return this.#http.anonymously('/auth/register', { ...options, body: account });
  }

  /**
   * Logs in, keeps the tokens and returns the account. If a response is lost, the login is not repeated: each login
   * creates a session, and if an account has too many, its least recently used one ends.
   */
  async login(credentials: Login, options: CallOptions = {}): Promise<User> {
    const sent = { ...options, body: credentials, once: true };
    const tokens = await this.#http.anonymously<Tokens>('/auth/login', sent);
    await this.#http.session.set(tokens);
    return tokens.user;
  }

  /** Forgets the tokens and ends the session on the server. Succeeds also if the session has already ended. */
  async logout(options: CallOptions = {}): Promise<void> {
    const { session } = this.#http;
    const held = await session.tokens();
    await session.set(undefined);
    if (!held) return;
    const { refreshToken, accessToken } = held;
    await this.#http.anonymously('/auth/logout', { ...options, body: { refreshToken } }, accessToken);
  }

  /** Changes the password and ends all other sessions of the account. */
  changePassword(change: ChangePassword, options: CallOptions = {}): Promise<void> {
    return this.#http.request('PUT', '/auth/password', { ...options, body: change });
  }

  /** Returns the id of the account, or undefined without a session. Sends no request. */
  async userId(): Promise<string | undefined> {
    return (await this.#http.session.tokens())?.userId;
  }

  /**
   * Calls the listener when the account changes: after a login, a logout, the end of the session, and the same in another
   * tab.
   * @returns a function that removes the listener
   */
  onChange(listener: SessionListener): () => void {
    return this.#http.session.listen(listener);
  }
}
