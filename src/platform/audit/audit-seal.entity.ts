import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * The place of an entry in the chain. The database rejects changes and deletions. After old entries were deleted, the
 * seal of the last one remains, and the chain starts there.
 */
@Entity('audit_seals')
@Index('audit_seals_entry_id_key', ['entryId'], { unique: true })
export class AuditSeal {
  @PrimaryColumn('bigint', { primaryKeyConstraintName: 'audit_seals_pkey' })
  position!: string;

  @Column('uuid', { name: 'entry_id' })
  entryId!: string;

  /** The SHA-256 of the previous hash and the entry. */
  @Column('bytea')
  hash!: Buffer;

  @Column('timestamptz', { name: 'sealed_at', default: () => 'now()' })
  sealedAt!: string;
}
