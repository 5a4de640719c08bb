import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A new post whose body refers to other items of the export. The table is empty after each import. */
@Entity('import_references')
export class ImportReference {
  @PrimaryColumn('integer', { primaryKeyConstraintName: 'import_references_pkey' })
  position!: number;

  @Column('jsonb')
  item!: object;
}
