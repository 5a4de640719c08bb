import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { AuditLog } from '../platform/audit/audit-log.js';
import { Cache } from '../platform/cache/cache.js';
import { Events } from '../platform/events/events.js';
import { checkVersion, type Precondition } from '../platform/http/answers/conditions.js';
import { hasAll } from '../platform/json/has-all.js';
import { Cursors } from '../platform/lists/cursors.js';
import type { Principal } from '../platform/http/access/principal.js';
import type { Id, Page } from '../platform/schemas/schemas.js';
import { Tails } from '../platform/lists/tails.js';
import { userCreated, userImported, userSwitched, userUpdated } from './users.audit.js';
import { EmailTaken, LastAdmin, UserNotFound } from './users.errors.js';
import { importedUserEvent, userEvent } from './users.events.js';
import {
  type Account,
  type ImportedUser,
  type NewUser,
  SORT_KEYS,
  type UserChanges,
  UsersRepository,
} from './users.repository.js';
import type { ListUsersQuery } from './users.schemas.js';

// Other features can use these types in addition to the service.
export type { Account, ImportedUser } from './users.repository.js';
export { Email, NewEmail, PersonName, UserView } from './users.schemas.js';
export { EmailTaken } from './users.errors.js';
export { canonicalEmail } from './canonical-email.js';
export { fullView } from './user.view.js';

@Injectable()
export class UsersService {
  constructor(
    private readonly users: UsersRepository,
    private readonly cursors: Cursors,
    private readonly tails: Tails,
    private readonly cache: Cache,
    private readonly audit: AuditLog,
    private readonly events: Events,
  ) {}

  /** @throws EmailTaken */
  create(user: Omit<NewUser, 'id'>): Promise<Account> {
    return this.users.transaction(async () => {
      const account = await this.users.insert({ ...user, id: uuidv7() });
      if (!account) throw new EmailTaken();
      await this.audit.record(userCreated(account));
      await this.events.record(userEvent('user.registered', account, account.id));
      return account;
    });
  }

  /**
   * Imports an account of another system as an author. If an account already has its email address, that account is
   * used and not changed.
   */
  async import(user: ImportedUser): Promise<{ id: Id; isNew: boolean }> {
    for (;;) {
      const inserted = await this.users.insertImported({ ...user, id: user.id ?? uuidv7() });
      if (inserted) {
        await this.audit.record(userImported(inserted, user));
        await this.events.record(importedUserEvent(inserted));
        return { id: inserted, isNew: true };
      }
      const known =
        (user.email !== null && (await this.users.findCredentials(user.email))) ||
        (user.id !== undefined && (await this.users.find(user.id)));
      if (known) return { id: known.id, isNew: false };
    }
  }

  /** Returns the ids of the accounts that exist. They cannot be deleted until the transaction ends. */
  holdAll(ids: Id[]): Promise<Set<Id>> {
    return this.users.holdAll(ids);
  }

  /** Returns the active accounts with these names in any case, at most `most` for each name. */
  findByNames(names: string[], most: number): Promise<{ name: string; id: Id }[]> {
    return this.users.findByNames(names, most);
  }

  /** Returns the data for a login, or undefined if no account has this address. */
  findCredentials(email: string) {
    return this.users.findCredentials(email);
  }

  /** Returns the highest cost of an imported bcrypt hash, or null if all hashes are argon2id. */
  dearestBcryptCost(): Promise<number | null> {
    return this.users.dearestBcryptCost();
  }

  /** @throws UserNotFound */
  async findCredentialsOf(id: Id) {
    const credentials = await this.users.findCredentialsOf(id);
    if (!credentials) throw new UserNotFound(id);
    return credentials;
  }

  /**
   * Tells whether this is still the hash of an active account. Locks the account until the transaction ends, and
   * replaces the hash by `renewed`.
   */
  confirmPassword(id: Id, verified: string, renewed: string | undefined): Promise<boolean> {
    return this.users.confirmPassword(id, verified, renewed ?? verified);
  }

  /** Locks the account until the transaction ends, so that only one transaction counts its rows elsewhere. */
  async hold(id: Id): Promise<void> {
    await this.users.lock(id);
  }

  /** @throws UserNotFound */
  async get(id: Id): Promise<Account> {
    const account = await this.users.find(id);
    if (!account) throw new UserNotFound(id);
    return account;
  }

  /**
   * Returns the account as `by` can see it. Only the account itself and admins can see a disabled one.
   * @throws UserNotFound
   */
  async getVisible(id: Id, by: Principal | null): Promise<Account> {
    const account = await this.get(id);
    if (!account.active && by?.role !== 'admin' && by?.id !== id) throw new UserNotFound(id);
    return account;
  }

  async list(query: ListUsersQuery): Promise<Page<Account>> {
    const start = this.cursors.start('users', query);
    const asked = { query, key: SORT_KEYS[query.sort.key], start };
    const { rows, last } = await this.tails.rows(asked, (before) => this.users.list(query, start, before));
    return this.cursors.page('users', query, rows, last);
  }

  /**
   * Changes a profile, and for admins a role. The same values again change nothing.
   * @throws UserNotFound, PreconditionFailed, LastAdmin
   */
  update(id: Id, changes: UserChanges, expected: Precondition, by: Principal): Promise<Account> {
    return this.users.transaction(async () => {
      const before = await this.lockAt(id, expected, changes.role !== undefined && changes.role !== 'admin');
      if (hasAll(before, changes)) return before;
      const updated = await this.users.update(id, changes);
      await this.audit.record(userUpdated(before, updated));
      await this.cache.invalidate('users');
      await this.events.record(userEvent('user.updated', updated, by.id));
      return updated;
    });
  }

  /**
   * Enables or disables an account. Disabling ends its sessions on every process. The state that it has already changes nothing.
   * @throws UserNotFound, PreconditionFailed, LastAdmin
   */
  setActive(id: Id, active: boolean, expected: Precondition, by: Principal): Promise<Account> {
    return this.users.transaction(async () => {
      const before = await this.lockAt(id, expected, !active);
      if (before.active === active) return before;
      const after = await this.users.setActive(id, active);
      await this.audit.record(userSwitched(before, after));
      await this.events.record(userEvent(active ? 'user.enabled' : 'user.disabled', after, by.id));
      return after;
    });
  }

  /**
   * Locks the account at the expected version. If the change can remove an admin, it locks all admins first, in a
   * fixed order.
   * @returns the account before the change
   */
  private async lockAt(id: Id, expected: Precondition, losesAdmin: boolean): Promise<Account> {
    const admins = losesAdmin ? await this.users.lockActiveAdmins() : [];
    const version = await this.users.lock(id);
    if (version === undefined) throw new UserNotFound(id);
    checkVersion(version, expected);
    if (admins.length === 1 && admins[0] === id) throw new LastAdmin();
    return this.get(id);
  }
}
