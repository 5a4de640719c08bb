import { Injectable } from '@nestjs/common';
import { empty, join, raw, type Sql } from 'sql-template-tag';
import { Database, sql } from '../platform/database/database.js';
import type { Size } from '../platform/event-views/event-views.js';
import { keyset, type SortKey } from '../platform/lists/keyset.js';
import type { Position } from '../platform/lists/cursors.js';
import type { Role } from '../platform/http/access/principal.js';
import type { Id } from '../platform/schemas/schemas.js';
import { canonicalEmail } from './canonical-email.js';
import type { User } from './user.entity.js';
import type { ListUsersQuery } from './users.schemas.js';

/** An account without its private columns. */
export type Account = Omit<User, 'canonicalEmail' | 'passwordHash' | 'sessionsEndedAt'>;

/** The columns that an edit can change. */
const EDITABLE = {
  name: 'name',
  bio: 'bio',
  avatarUrl: 'avatar_url',
  website: 'website',
  role: 'role',
} as const;
export type UserChanges = Partial<Pick<User, keyof typeof EDITABLE>>;

export interface NewUser {
  id: Id;
  name: string;
  email: string | null;
  passwordHash: string | null;
  role: Role;
}

/** An account of an import. It has the role `author`, whatever the file contains. */
export type ImportedUser = Pick<User, 'name' | 'email' | 'passwordHash' | 'bio' | 'avatarUrl' | 'website'> & {
  /** The default is a new id. */
  id?: Id;
  /** The default is now. */
  createdAt?: string;
};

const COLUMNS = sql`id, name, email, email_verified AS "emailVerified", role, active, bio, avatar_url AS "avatarUrl",
  website, version, created_at AS "createdAt", updated_at AS "updatedAt"`;

/** The class of locks that the trigger users_stamp uses. */
const USER_WRITERS = 771_002;

export const SORT_KEYS: Record<ListUsersQuery['sort']['key'], SortKey> = {
  createdAt: { expression: sql`created_at`, type: 'timestamptz', writers: USER_WRITERS },
  name: { expression: sql`name`, type: 'text' },
};

const canonical = (email: string | null) => email && canonicalEmail(email);

@Injectable()
export class UsersRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  async find(id: Id): Promise<Account | undefined> {
    return (await this.database.query<Account>(sql`SELECT ${COLUMNS} FROM users WHERE id = ${id}`))[0];
  }

  /** Returns the lengths of the texts that can be long. */
  sizes(ids: Id[]): Promise<Size[]> {
    return this.database.query(sql`
      SELECT id, coalesce(octet_length(bio), 0) AS bytes FROM users WHERE id = ANY(${ids}::uuid[])`);
  }

  findAll(ids: Id[]): Promise<Account[]> {
    return this.database.query(sql`SELECT ${COLUMNS} FROM users WHERE id = ANY(${ids}::uuid[])`);
  }

  /**
   * Returns the account with this address in any spelling. If there are two from an earlier release, returns the
   * one with the same spelling.
   */
  async findCredentials(
    email: string,
  ): Promise<{ id: Id; passwordHash: string | null; active: boolean } | undefined> {
    const rows = await this.database.query<{ id: Id; passwordHash: string | null; active: boolean }>(sql`
      SELECT id, password_hash AS "passwordHash", active FROM users
      WHERE canonical_email = ${canonicalEmail(email)} OR lower(email) = lower(${email})
      ORDER BY lower(email) = lower(${email}) DESC LIMIT 1`);
    return rows[0];
  }

  async findCredentialsOf(
    id: Id,
  ): Promise<{ email: string | null; passwordHash: string | null } | undefined> {
    const rows = await this.database.query<{ email: string | null; passwordHash: string | null }>(
      sql`SELECT email, password_hash AS "passwordHash" FROM users WHERE id = ${id}`,
    );
    return rows[0];
  }

  /**
   * Returns the active accounts with these names, in upper or lower case, at most `most` for each name. Uses the index
   * users_short_name_idx.
   */
  findByNames(names: string[], most: number): Promise<{ name: string; id: Id }[]> {
    return this.database.query(sql`
      SELECT given.name, found.id FROM unnest(${names}::text[]) AS given(name) CROSS JOIN LATERAL (
        SELECT u.id FROM users u WHERE lower(left(u.name, 100)) = lower(given.name) AND u.active LIMIT ${most}
      ) found`);
  }

  /** Returns the highest cost of a bcrypt hash, or null if no account has one. Uses the index users_bcrypt_cost_idx. */
  async dearestBcryptCost(): Promise<number | null> {
    const rows = await this.database.query<{ cost: number | null }>(
      sql`SELECT max(substr(password_hash, 5, 2))::integer AS cost FROM users WHERE password_hash LIKE '$2%'`,
    );
    return rows[0]?.cost ?? null;
  }

  /** Returns undefined if the email address exists already: the unique indexes decide between concurrent requests. */
  async insert(user: NewUser): Promise<Account | undefined> {
    const rows = await this.database.query<Account>(sql`
      INSERT INTO users (id, name, email, canonical_email, password_hash, role)
      VALUES (${user.id}, ${user.name}, ${user.email}, ${canonical(user.email)}, ${user.passwordHash}, ${user.role})
      ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`);
    return rows[0];
  }

  /**
   * Returns undefined if the email address or the id exists already. An import can take an hour, and readers of
   * accounts do not wait for it.
   */
  async insertImported(user: ImportedUser & { id: Id }): Promise<Id | undefined> {
    const { id, name, email, passwordHash, bio, avatarUrl, website, createdAt = null } = user;
    const rows = await this.database.query<{ id: Id }>(sql`
      INSERT INTO users (id, name, email, canonical_email, password_hash, role, bio, avatar_url, website, created_at)
      VALUES (${id}, ${name}, ${email}, ${canonical(email)}, ${passwordHash}, 'author', ${bio}, ${avatarUrl}, ${website},
        coalesce(${createdAt}, clock_timestamp()))
      ON CONFLICT DO NOTHING RETURNING id`);
    return rows[0]?.id;
  }

  /** Returns accounts of an earlier release without a canonical address, by id. */
  withoutCanonicalEmail(after: Id, most: number): Promise<{ id: Id; email: string }[]> {
    return this.database.query(sql`
      SELECT id, email FROM users WHERE canonical_email IS NULL AND email IS NOT NULL AND id > ${after}
      ORDER BY id LIMIT ${most}`);
  }

  /**
   * Sets canonical addresses. An address that another account has does not change.
   * @param accounts of two accounts with the same address, the older one must come first
   * @returns the ids of the accounts that received their address
   */
  async giveCanonicalEmails(accounts: { id: Id; canonical: string }[]): Promise<Id[]> {
    const ids = accounts.map(({ id }) => id);
    const rows = await this.database.query<{ id: Id }>(sql`
      WITH free AS (
        SELECT DISTINCT ON (canonical) id, canonical
        FROM unnest(${ids}::uuid[], ${accounts.map(({ canonical: c }) => c)}::text[]) WITH ORDINALITY AS g(id, canonical, n)
        WHERE NOT EXISTS (SELECT FROM users u WHERE u.canonical_email = g.canonical)
        ORDER BY canonical, n
      )
      UPDATE users u SET canonical_email = free.canonical FROM free
      WHERE u.id = free.id AND u.canonical_email IS NULL RETURNING u.id`);
    return rows.map(({ id }) => id);
  }

  /** Returns the ids of the accounts that exist. They cannot be deleted until the transaction ends. */
  async holdAll(ids: Id[]): Promise<Set<Id>> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT id FROM users WHERE id = ANY(${ids}::uuid[]) ORDER BY id FOR KEY SHARE`,
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Locks the account until the transaction ends, and returns its version, or undefined if it does not exist. */
  async lock(id: Id): Promise<number | undefined> {
    const rows = await this.database.query<{ version: number }>(
      sql`SELECT version FROM users WHERE id = ${id} FOR NO KEY UPDATE`,
    );
    return rows[0]?.version;
  }

  /** The caller must lock the account. */
  update(id: Id, changes: UserChanges): Promise<Account> {
    const assignments = Object.entries(EDITABLE)
      .filter(([name]) => changes[name as keyof UserChanges] !== undefined)
      .map(([name, column]) => sql`${raw(column)} = ${changes[name as keyof UserChanges]}`);
    return this.change(id, join([...assignments, sql`version = version + 1`]));
  }

  /**
   * Disabling an account ends all its sessions, and enabling it does not restore them. The caller must lock the
   * account.
   */
  setActive(id: Id, active: boolean): Promise<Account> {
    const ending = active ? empty : sql`, sessions_ended_at = clock_timestamp()`;
    return this.change(id, sql`active = ${active}, version = version + 1${ending}`);
  }

  /**
   * Compares and sets the hash in one statement, and locks the account. Returns false if the account is disabled or
   * has another hash.
   */
  async confirmPassword(id: Id, verified: string, hash: string): Promise<boolean> {
    const locked =
      hash === verified
        ? sql`SELECT 1 FROM users WHERE id = ${id} AND active AND password_hash = ${verified} FOR NO KEY UPDATE`
        : sql`UPDATE users SET password_hash = ${hash}, updated_at = now()
              WHERE id = ${id} AND active AND password_hash = ${verified} RETURNING 1`;
    return (await this.database.query(locked)).length > 0;
  }

  /**
   * Locks the active admins until the transaction ends, so that two admins cannot demote each other at the same
   * time.
   */
  async lockActiveAdmins(): Promise<Id[]> {
    const rows = await this.database.query<{ id: Id }>(
      sql`SELECT id FROM users WHERE role = 'admin' AND active ORDER BY id FOR NO KEY UPDATE`,
    );
    return rows.map((row) => row.id);
  }

  list(
    query: ListUsersQuery,
    start: Position | undefined,
    before?: string,
  ): Promise<(Account & { sortKey: string })[]> {
    const key = SORT_KEYS[query.sort.key];
    const { after, orderBy, limit } = keyset(key, sql`id`, query, start, before);
    const { role, active } = query.filter;
    return this.database.query(sql`
      SELECT ${COLUMNS}, ${key.expression} AS "sortKey" FROM users
      WHERE true ${role ? sql`AND role = ANY(${role})` : empty} ${active === undefined ? empty : sql`AND active = ${active}`}
      ${after} ${orderBy} ${limit}`);
  }

  private async change(id: Id, assignments: Sql): Promise<Account> {
    const rows = await this.database.query<Account>(
      sql`UPDATE users SET ${assignments}, updated_at = now() WHERE id = ${id} RETURNING ${COLUMNS}`,
    );
    return rows[0] as Account;
  }
}
