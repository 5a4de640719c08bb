import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../platform/http/access/principal.js';

/** An account. It never leaves the process; views are created from it. */
@Entity('users')
@Check('users_role_check', `"role" IN ('user', 'author', 'editor', 'admin')`)
@Index('users_email_key', { synchronize: false }) // UNIQUE (lower(email)): TypeORM cannot declare an expression
@Index('users_canonical_email_key', ['canonicalEmail'], { unique: true })
@Index('users_without_canonical_email_idx', { synchronize: false }) // (id) WHERE canonical_email IS NULL AND email IS NOT NULL
@Index('users_bcrypt_cost_idx', { synchronize: false }) // (substr(password_hash, 5, 2)) WHERE password_hash LIKE '$2%'
@Index('users_short_name_idx', { synchronize: false }) // (lower(left(name, 100)))
@Index('users_created_at_idx', ['createdAt', 'id'])
@Index('users_active_idx', ['active'])
@Index('users_role_idx', ['role'])
export class User {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'users_pkey' })
  id!: string;

  @Column('text')
  name!: string;

  /** The address as it was entered. Null for an imported author without an address. */
  @Column('text', { nullable: true })
  email!: string | null;

  /** The canonical form of the address. Null if it has not been computed yet, or an older account has it. */
  @Column('text', { name: 'canonical_email', nullable: true })
  canonicalEmail!: string | null;

  @Column('boolean', { name: 'email_verified', default: false })
  emailVerified!: boolean;

  /** An argon2id hash or an imported bcrypt hash. If null, nobody can log in. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash!: string | null;

  @Column('text', { default: 'user' })
  role!: Role;

  @Column('boolean', { default: true })
  active!: boolean;

  /** Sessions that started before this time have ended. */
  @Column('timestamptz', { name: 'sessions_ended_at', nullable: true })
  sessionsEndedAt!: string | null;

  @Column('text', { nullable: true })
  bio!: string | null;

  @Column('text', { name: 'avatar_url', nullable: true })
  avatarUrl!: string | null;

  @Column('text', { nullable: true })
  website!: string | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: string;
}
