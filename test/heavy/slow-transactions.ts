import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '#dist/app.module.js';
import { CommentsService } from '#dist/comments/comments.service.js';
import { Database } from '#dist/platform/database/database.js';
import { PostEditsService } from '#dist/posts/post-edits.service.js';
import { loadConfig } from '#dist/settings.js';
import type { Principal } from '../../src/platform/http/access/principal.js';
import type { Closing } from '../support/closing.ts';

const MOST_WRITES = 4;
const OPEN_MS = [50, 800] as const;
const ROLLED_BACK = 0.1;

class RolledBack extends Error {}

/** Writes with the services of the app in transactions that stay open for a while after their writes. */
export class SlowTransactions {
  committed = 0;
  rolledBack = 0;
  /** Transactions that lost a deadlock or waited too long for a lock. */
  failed = 0;
  private readonly database: Database;
  private readonly posts: PostEditsService;
  private readonly comments: CommentsService;
  private readonly by: Principal;

  private constructor(database: Database, posts: PostEditsService, comments: CommentsService, by: Principal) {
    this.database = database;
    this.posts = posts;
    this.comments = comments;
    this.by = by;
  }

  /** The process of the test, which places no events in the log. */
  static async open(closing: Closing, url: string, by: Principal): Promise<SlowTransactions> {
    const config = loadConfig({ NODE_ENV: 'test', LOG_LEVEL: 'fatal', DATABASE_URL: url });
    const app = await NestFactory.createApplicationContext(AppModule.with(config, 'command'), {
      logger: false,
      abortOnError: false,
    });
    closing.add(() => app.close());
    return new SlowTransactions(app.get(Database), app.get(PostEditsService), app.get(CommentsService), by);
  }

  async write(ids: string[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await delay(Math.random() * 100);
      try {
        await this.database.transaction(() => this.writeSlowly(ids));
        this.committed++;
      } catch (error) {
        if (error instanceof RolledBack) this.rolledBack++;
        else this.failed++;
      }
    }
  }

  private async writeSlowly(ids: string[]): Promise<void> {
    const count = 1 + Math.floor(Math.random() * MOST_WRITES);
    for (let n = 0; n < count; n++) await this.writeOne(ids);
    await delay(OPEN_MS[0] + Math.random() * (OPEN_MS[1] - OPEN_MS[0]));
    if (Math.random() < ROLLED_BACK) throw new RolledBack();
  }

  private async writeOne(ids: string[]): Promise<void> {
    const id = ids[Math.floor(Math.random() * ids.length)];
    const title = `Slow ${Math.random()}`;
    const kind = Math.random();
    if (id === undefined || kind < 0.5)
      await this.posts.create({ title, body: 'Slow words.', tags: ['Slow'], status: 'published' }, this.by);
    else if (kind < 0.8) await this.posts.update(id, { title }, this.by, {});
    else await this.comments.create(id, { body: 'A slow comment.' }, this.by);
  }
}
