import type { CallOptions, Http } from './http.ts';
import type { List } from './list.ts';
import { type Listed, listOf, type Query } from './listed.ts';
import type { Follow, Profile, UpdateMe, UpdateUser, User } from './openapi.ts';
import { conditionOf, pathOf } from './target.ts';

/** Accounts. */
export class Users {
  readonly #http: Http;

  constructor(http: Http) {
    this.#http = http;
  }

  /** Returns the account of the session. */
  me(options?: CallOptions): Promise<Profile> {
    return this.#http.request('GET', '/users/me', options);
  }

  /** Changes the profile of the account. Pass the object that `me` returned to compare its version. */
  updateMe(me: Pick<User, 'version'>, changes: UpdateMe, options: CallOptions = {}): Promise<Profile> {
    return this.#http.request('PATCH', '/users/me', { ...conditionOf(me, options), body: changes });
  }

  /** Lists accounts. Requires the role `admin`. */
  list<const Given extends Query<'listUsers'>>(
    query?: Given,
    options?: CallOptions,
  ): List<Listed<User, 'id', Given>> {
    return listOf(this.#http, '/users', query ?? {}, options);
  }

  /** Returns the public profile of an account, and all of it for admins. */
  get(id: string, options?: CallOptions): Promise<Profile> {
    return this.#http.request('GET', pathOf('users', id), options);
  }

  /** Follows an account. If you follow it already, nothing changes. */
  follow(user: string | Pick<User, 'id'>, options?: CallOptions): Promise<void> {
    return this.#http.request('PUT', `${pathOf('users', user)}/follow`, options);
  }

  unfollow(user: string | Pick<User, 'id'>, options?: CallOptions): Promise<void> {
    return this.#http.request('DELETE', `${pathOf('users', user)}/follow`, options);
  }

  /** Lists those who follow an account, the latest one first. */
  followers<const Given extends Query<'listFollowers'>>(
    user: string | Pick<User, 'id'>,
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Required<Follow>, 'id', Given>> {
    return listOf(this.#http, `${pathOf('users', user)}/followers`, query ?? {}, options);
  }

  /** Lists those whom an account follows, the latest one first. */
  following<const Given extends Query<'listFollowing'>>(
    user: string | Pick<User, 'id'>,
    query?: Given,
    options?: CallOptions,
  ): List<Listed<Required<Follow>, 'id', Given>> {
    return listOf(this.#http, `${pathOf('users', user)}/following`, query ?? {}, options);
  }

  update(
    user: string | Pick<User, 'id' | 'version'>,
    changes: UpdateUser,
    options: CallOptions = {},
  ): Promise<Profile> {
    return this.#http.request('PATCH', pathOf('users', user), {
      ...conditionOf(user, options),
      body: changes,
    });
  }

  /** Ends the sessions of an account and refuses its logins. */
  disable(user: string | Pick<User, 'id' | 'version'>, options: CallOptions = {}): Promise<Profile> {
    return this.#http.request('POST', `${pathOf('users', user)}/disable`, conditionOf(user, options));
  }

  enable(user: string | Pick<User, 'id' | 'version'>, options: CallOptions = {}): Promise<Profile> {
    return this.#http.request('POST', `${pathOf('users', user)}/enable`, conditionOf(user, options));
  }
}
