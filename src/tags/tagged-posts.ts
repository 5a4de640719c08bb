import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { Principal } from '../platform/http/access/principal.js';

/** What a FROM reads: a row for each tag of each post that the caller may see, with the tag as `tagged.tag_id`. */
export type TaggedPostsSource = (by: Principal | null) => Sql;

/** Posts by their tags. Tags are seen and counted by them, but know neither their tables nor who may see them. */
@Injectable()
export class TaggedPosts {
  private source: TaggedPostsSource = () => sql`(SELECT NULL::uuid AS tag_id WHERE false) tagged`;

  /** Called by the feature that has the posts, when it is made. */
  areFoundBy(source: TaggedPostsSource): void {
    this.source = source;
  }

  seenBy(by: Principal | null): Sql {
    return this.source(by);
  }
}
