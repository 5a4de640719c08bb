import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The answer to a write that carried Idempotency-Key, kept for 24 h beside its effect. */
@Entity('idempotency_keys')
@Index('idempotency_keys_created_at_idx', ['createdAt'])
export class IdempotencyKey {
  /** SHA-256 over session, route and key. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  id!: Buffer;

  /** HMAC over path, query and body: the same key with another payload is known as such. */
  @Column('bytea')
  fingerprint!: Buffer;

  @Column('smallint')
  status!: number;

  @Column('jsonb')
  headers!: Record<string, string>;

  /** Of which kind the resource is that was answered; null: none was. */
  @Column('text', { nullable: true })
  resource!: string | null;

  @Column('text', { name: 'resource_id', nullable: true })
  resourceId!: string | null;

  /** JSON of an answer that was no resource; null: none. */
  @Column('bytea', { nullable: true })
  body!: Buffer | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;
}
