import { Injectable } from '@nestjs/common';
import type { Sql } from 'sql-template-tag';
import { sql } from '../platform/database/database.js';
import type { Principal } from '../platform/http/access/principal.js';

/** A source for FROM with one row for each tag of each post that the caller can see. The tag is `tagged.tag_id`. */
export type TaggedPostsSource = (by: Principal | null) => Sql;

/** Posts by their tags. Tags use it to find and count posts without knowing their tables or who can see them. */
@Injectable()
export class TaggedPosts {
  private source: TaggedPostsSource = () => sql`(SELECT NULL::uuid AS tag_id WHERE false) tagged`;
  private owners: (tagId: Sql) => Sql = () => sql`'{}'::uuid[]`;

  /** The feature of posts calls this when it is created. */
  areFoundBy(source: TaggedPostsSource, owners: (tagId: Sql) => Sql): void {
    this.source = source;
    this.owners = owners;
  }

  /** An array of the accounts that have a post with the tag of this column. */
  ownersOf(tagId: Sql): Sql {
    return this.owners(tagId);
  }

  seenBy(by: Principal | null): Sql {
    return this.source(by);
  }
}
