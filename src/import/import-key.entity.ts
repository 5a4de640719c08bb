import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An imported item with its key in the other system, so that a second import skips it. */
@Entity('import_keys')
@Index('import_keys_old_site_idx', { synchronize: false }) // (the key in its current form) WHERE key ~ '^wordpress https?://'
@Index('import_keys_guid_idx', ['guid', 'createdAt'], { where: 'guid IS NOT NULL' })
export class ImportKey {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'import_keys_pkey' })
  key!: string;

  /** The account, post or comment that was created for the item. */
  @Column('uuid', { name: 'resource_id' })
  resourceId!: string;

  /** The GUID of a post of WordPress, which stays the same if the site moves. */
  @Column('text', { nullable: true })
  guid!: string | null;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;
}
