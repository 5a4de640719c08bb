import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A file of the site, such as an image, that posts of the import can show. The table is empty after each import. */
@Entity('import_files')
@Index('import_files_parent_key_idx', ['parentKey'])
export class ImportFile {
  /** The number of the file. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'import_files_pkey' })
  key!: string;

  /** The number of its post, or '0'. */
  @Column('text', { name: 'parent_key' })
  parentKey!: string;

  /** The place among the files of its post. */
  @Column('integer')
  position!: number;

  @Column('jsonb')
  file!: object;
}
