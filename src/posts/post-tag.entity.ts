import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

@Entity('post_tags')
@Index('post_tags_tag_id_idx', ['tagId', 'postId'])
export class PostTag {
  @ForeignKey('Post', { name: 'post_tags_post_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'post_id', primaryKeyConstraintName: 'post_tags_pkey' })
  postId!: string;

  @ForeignKey('Tag', { name: 'post_tags_tag_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'tag_id', primaryKeyConstraintName: 'post_tags_pkey' })
  tagId!: string;

  /** Tags are shown in the order of the request. */
  @Column('smallint')
  position!: number;
}
