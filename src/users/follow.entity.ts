import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';

/** An account follows another one. */
@Entity('follows')
@Check('follows_self_check', `"followed_id" <> "follower_id"`)
@Index('follows_followed_id_idx', ['followedId', 'createdAt', 'followerId'])
@Index('follows_follower_id_idx', ['followerId', 'createdAt', 'followedId'])
export class Follow {
  @ForeignKey('User', { name: 'follows_followed_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'followed_id', primaryKeyConstraintName: 'follows_pkey' })
  followedId!: string;

  @ForeignKey('User', { name: 'follows_follower_id_fkey', onDelete: 'CASCADE' })
  @PrimaryColumn('uuid', { name: 'follower_id', primaryKeyConstraintName: 'follows_pkey' })
  followerId!: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'galley_moment_of_writing(771006)' })
  createdAt!: string;
}
