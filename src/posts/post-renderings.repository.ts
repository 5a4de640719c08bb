import { Injectable } from '@nestjs/common';
import { Database, sql } from '../platform/database/database.js';
import { RENDERER_VERSION, type Rendered } from '../platform/content/render.js';
import type { Id } from '../platform/schemas/schemas.js';
import { OF_EVENT, SOURCE } from './post.sql.js';
import type { ShownPost, StalePost } from './post-rows.js';
import type { Post } from './post.entity.js';
import type { PostOfEvent } from './posts.events.js';

/** Reads what the HTML of posts is rendered from, and stores the HTML. */
@Injectable()
export class PostRenderingsRepository {
  constructor(private readonly database: Database) {}

  transaction<T>(work: () => Promise<T>): Promise<T> {
    return this.database.transaction(work);
  }

  /**
   * Stores HTML that a newer renderer created from the body of this version, which does not change. A process of the
   * release before may have edited the post meanwhile.
   */
  async storeRendering(
    { id, version }: Pick<Post, 'id' | 'version'>,
    { html, summary }: Rendered,
  ): Promise<(ShownPost & PostOfEvent) | undefined> {
    const rows = await this.database.query<ShownPost & PostOfEvent>(sql`
      UPDATE posts SET html = ${html}, summary = ${summary}, html_version = ${RENDERER_VERSION}
      WHERE id = ${id} AND version = ${version} AND html_version < ${RENDERER_VERSION} RETURNING ${OF_EVENT}`);
    return rows[0];
  }

  /** Returns posts whose HTML was created by an older renderer. */
  findStale(most: number, except: Id[]): Promise<StalePost[]> {
    return this.database.query(sql`
      SELECT p.id, p.version, ${SOURCE} FROM posts p
      WHERE p.html_version < ${RENDERER_VERSION} AND p.id <> ALL(${except}::uuid[]) LIMIT ${most}`);
  }
}
