import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Via } from '../origin/origin.js';

/**
 * Who did what to what. The database rejects changes and deletions of entries. The network and the changes can be
 * personal data: an erasure removes them with their salts, and their digests remain, so that the chain stays valid.
 * Source: docs/decisions/0067-audit.md.
 */
@Entity('audit_entries')
@Check('audit_entries_via_check', `"via" IN ('session', 'token', 'anonymous', 'cli', 'system')`)
@Index('audit_entries_at_idx', ['at', 'id'])
@Index('audit_entries_actor_idx', ['actorId', 'at', 'id'])
@Index('audit_entries_action_idx', ['action', 'at', 'id'])
@Index('audit_entries_target_idx', ['targetType', 'targetId', 'at', 'id'])
@Index('audit_entries_via_idx', ['via', 'at', 'id'], { where: `via <> 'session'` })
export class AuditEntry {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'audit_entries_pkey' })
  id!: string;

  /** The time of the write. Writers are registered until they end, so that an ascending list misses none. */
  @Column('timestamptz', { default: () => 'galley_moment_of_writing(771003)' })
  at!: string;

  @Column('text')
  via!: Via;

  /** The account. It is no foreign key, because entries outlive accounts. */
  @Column('uuid', { name: 'actor_id', nullable: true })
  actorId!: string | null;

  /** The name of the command or the periodic work. */
  @Column('text', { name: 'actor_name', nullable: true })
  actorName!: string | null;

  /** The session or the token. */
  @Column('uuid', { name: 'credential_id', nullable: true })
  credentialId!: string | null;

  @Column('text')
  action!: string;

  @Column('text', { name: 'target_type' })
  targetType!: string;

  @Column('text', { name: 'target_id' })
  targetId!: string;

  @Column('text', { name: 'request_id', nullable: true })
  requestId!: string | null;

  @Column('text', { nullable: true })
  network!: string | null;

  @Column('bytea', { name: 'network_salt', nullable: true })
  networkSalt!: Buffer | null;

  @Column('bytea', { name: 'network_digest', nullable: true })
  networkDigest!: Buffer | null;

  /** JSON that keeps its exact text, because the digest covers the text. */
  @Column('json', { nullable: true })
  changes!: object | null;

  @Column('bytea', { name: 'changes_salt', nullable: true })
  changesSalt!: Buffer | null;

  @Column('bytea', { name: 'changes_digest', nullable: true })
  changesDigest!: Buffer | null;
}
