import { Injectable } from '@nestjs/common';
import type { Next } from '../platform/periodic/periodic-job.js';
import { PostStatesService } from './post-states.service.js';
import { CannotPublish } from './posts.errors.js';

/** Other requests for these posts wait until all of them are published. */
const PUBLISHED_AT_ONCE = 25;
/** If more posts cannot be published, the fault is not theirs. */
const MOST_FAILED = 100;
/**
 * Posts of disabled accounts stay due, and the statement reads all of them: 0.3 s for 100,000 (measured). So it looks at
 * these only now and then, and in between at posts whose time has just come.
 */
const ALL_EVERY_MS = 3000;
/** Longer than the pause between two looks at all posts. */
const JUST_DUE_SECONDS = 30;

/** Publishes scheduled posts when their time has come. A post that cannot be published holds up no other. */
@Injectable()
export class PostSchedule {
  private sawAllAt = -Infinity;

  constructor(private readonly posts: PostStatesService) {}

  /**
   * @param now the milliseconds of a clock that never goes back
   * @throws CannotPublish for the first post that could not be published, when all others are
   */
  async run(signal: AbortSignal, now = performance.now()): Promise<Next> {
    const isForAll = now - this.sawAllAt >= ALL_EVERY_MS;
    // Also if it fails, so that too many old posts do not hold up the new ones.
    if (isForAll) this.sawAllAt = now;
    const failed: CannotPublish[] = [];
    for (let most = PUBLISHED_AT_ONCE; !signal.aborted && failed.length < MOST_FAILED;) {
      const count = await this.publish(most, failed, isForAll ? undefined : JUST_DUE_SECONDS);
      if (count === undefined) most = 1;
      else if (count < most) break;
    }
    if (failed[0]) throw failed[0];
    return 'later';
  }

  /** @returns the number of posts that had their turn, or undefined if one of several failed, so that none is published */
  private async publish(
    most: number,
    failed: CannotPublish[],
    forSeconds?: number,
  ): Promise<number | undefined> {
    try {
      const except = failed.flatMap(({ ids }) => ids);
      return await this.posts.publishDue(most, { except, forSeconds });
    } catch (error) {
      if (!(error instanceof CannotPublish)) throw error;
      if (error.ids.length > 1) return undefined;
      failed.push(error);
      return 1;
    }
  }
}
