import { Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('tags')
@Unique('tags_slug_key', ['slug'])
@Index('tags_name_key', { synchronize: false }) // UNIQUE (lower(name)): TypeORM cannot declare an expression
export class Tag {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tags_pkey' })
  id!: string;

  @Column('text')
  slug!: string;

  /** The name in its first spelling, unique without regard to case. */
  @Column('text')
  name!: string;

  @Column('text', { nullable: true })
  description!: string | null;

  @Column('integer', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt!: string;

  @Column('timestamptz', { name: 'updated_at', default: () => 'now()' })
  updatedAt!: string;
}
