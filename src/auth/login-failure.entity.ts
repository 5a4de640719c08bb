import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Failed logins of an address, or of an account from an address, in the current window. */
@Entity('login_failures')
@Index('login_failures_window_ends_at_idx', ['windowEndsAt'])
export class LoginFailure {
  /** The SHA-256 of the counted key, so that the table contains no readable addresses. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'login_failures_pkey' })
  key!: Buffer;

  @Column('integer')
  count!: number;

  @Column('timestamptz', { name: 'window_ends_at' })
  windowEndsAt!: string;
}
