import { Injectable } from '@nestjs/common';

/** What was done with stored secrets. */
export interface Resealed {
  /** The number of resources whose secrets are now sealed with the current key. */
  changed: number;
  /** The number of those whose secrets already were. */
  current: number;
  /** The resources whose secrets no configured key opens, such as `webhook <id>`. Their secrets stay as they are. */
  unreadable: string[];
}

/** One batch. `last` names its last resource, after which the next batch begins, and is undefined if none is left. */
export interface ResealedBatch extends Resealed {
  last?: string;
}

/** Seals the secrets of one batch of resources again, in a transaction of its own. */
export type Reseal = (after: string | undefined) => Promise<ResealedBatch>;

/**
 * Seals all stored secrets with the current ENCRYPTION_KEY, so that earlier keys are no longer required. Each feature
 * that stores sealed secrets contributes its own. A run that was interrupted continues when it is repeated.
 */
@Injectable()
export class KeyRotation {
  private readonly tasks: Reseal[] = [];

  /** The module of a feature calls this in its constructor. */
  add(task: Reseal): void {
    this.tasks.push(task);
  }

  /** @throws EncryptionNotConfigured */
  async run(): Promise<Resealed> {
    const total: Resealed = { changed: 0, current: 0, unreadable: [] };
    for (const task of this.tasks) {
      let after: string | undefined;
      do {
        const { changed, current, unreadable, last } = await task(after);
        total.changed += changed;
        total.current += current;
        total.unreadable.push(...unreadable);
        after = last;
      } while (after !== undefined);
    }
    return total;
  }
}
