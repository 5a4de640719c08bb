import { Inject, Injectable } from '@nestjs/common';
import type { ConfigType } from '@nestjs/config';
import type { Next } from '../../platform/periodic/periodic-job.js';
import type { Id } from '../../platform/schemas/schemas.js';
import { packed } from './packed-text.js';
import { textOf } from './revised-post.js';
import { RevisionContents } from './revision-contents.js';
import { type Limits, RevisionsPurgeRepository, type StoredRevision } from './revisions-purge.repository.js';
import { revisionsSettings } from './revisions.settings.js';

/** If more histories cannot be trimmed, the fault is not theirs. */
const MOST_FAILED = 100;

interface Failed {
  id: Id;
  error: unknown;
}

/** Deletes revisions beyond REVISIONS_MAX and REVISIONS_DAYS. Edits of other posts do not wait for it. */
@Injectable()
export class RevisionsPurge {
  private readonly limits: Limits;

  constructor(
    private readonly revisions: RevisionsPurgeRepository,
    private readonly contents: RevisionContents,
    @Inject(revisionsSettings.KEY) { REVISIONS_MAX, REVISIONS_DAYS }: ConfigType<typeof revisionsSettings>,
  ) {
    this.limits = { most: REVISIONS_MAX, days: REVISIONS_DAYS };
  }

  /**
   * Trims histories one after another. One that cannot be trimmed holds up no other.
   * @throws the error of the first one, when all others are trimmed
   */
  async run(signal: AbortSignal): Promise<Next> {
    const failed: Failed[] = [];
    while (!signal.aborted && failed.length < MOST_FAILED && (await this.trimNext(failed)));
    if (failed[0]) throw failed[0].error;
    return 'later';
  }

  /** @returns false if there is no other history to trim */
  private async trimNext(failed: Failed[]): Promise<boolean> {
    let id: Id | undefined;
    try {
      return await this.revisions.transaction(async () => {
        id = await this.revisions.lockNext(
          this.limits,
          failed.map((each) => each.id),
        );
        if (id !== undefined) await this.trim(id);
        return id !== undefined;
      });
    } catch (error) {
      if (id === undefined) throw error;
      failed.push({ id, error });
      return true;
    }
  }

  private async trim(id: Id): Promise<void> {
    const all = await this.revisions.revisionsOf(id, this.limits);
    const kept = keptOf(all, this.limits.most);
    for (const [place, { number, isWhole }] of all.entries()) {
      const before = all[place - 1];
      if (!kept.has(number) || isWhole || before === undefined || kept.has(before.number)) continue;
      const text = textOf(await this.contents.require(id, number));
      await this.revisions.makeWhole(id, number, await packed(text, undefined));
    }
    const fixed = all.filter(({ isFixed }) => isFixed).map(({ number }) => number);
    await this.revisions.keepOnly(id, [...kept], fixed);
  }
}

/** Returns the numbers to keep: those that are always kept, and the newest of the others that were not replaced too long ago. */
function keptOf(all: StoredRevision[], most: number): Set<number> {
  const fixed = all.filter(({ isFixed }) => isFixed);
  const others = all.filter(({ isFixed, isOld }) => !isFixed && !isOld);
  const room = Math.max(0, most - fixed.length);
  return new Set([...fixed, ...others.slice(Math.max(0, others.length - room))].map(({ number }) => number));
}
