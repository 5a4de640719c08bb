import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The response to a write with Idempotency-Key, stored for 24 h together with its effect. */
@Entity('idempotency_keys')
@Index('idempotency_keys_created_at_idx', ['createdAt'])
export class IdempotencyKey {
  /** The SHA-256 of session, route and key. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'idempotency_keys_pkey' })
  id!: Buffer;

  /** The HMAC of path, query and body, which detects the same key with another payload. */
  @Column('bytea')
  fingerprint!: Buffer;

  @Column('smallint')
  status!: number;

  @Column('jsonb')
  headers!: Record<string, string>;

  /** The kind of the resource in the response, or null if it was none. */
  @Column('text', { nullable: true })
  resource!: string | null;

  @Column('text', { name: 'resource_id', nullable: true })
  resourceId!: string | null;

  /** The JSON of a response that was not a resource, or null if it had no body. */
  @Column('bytea', { nullable: true })
  body!: Buffer | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;
}
