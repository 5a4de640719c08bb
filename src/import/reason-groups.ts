import { noteCount, noteKind } from '../platform/content/note.js';
import { isMissedFirst, placeOf } from './kind-order.js';
import type { ListedItem } from './listed-item.js';

/** Items of one kind that were skipped or changed for the same reason. */
export interface ReasonGroup extends Pick<ListedItem, 'outcome' | 'kind'> {
  /** The reason of all of them. Texts that differ are replaced by "…". */
  reason: string;
  count: number;
  /** The first items of the group, each with its own reason. */
  examples: (Pick<ListedItem, 'key' | 'title'> & { reason: string })[];
}

const MOST_EXAMPLES = 3;

/**
 * A file can contain any number of kinds, so there are limits: one for the kinds that readers miss first, and one for
 * all others. Further reasons are counted together.
 */
const MOST_GROUPS = 200;
const OTHER: Omit<ReasonGroup, 'count' | 'examples'> = {
  outcome: 'skipped',
  kind: 'other',
  reason: 'other reasons',
};

/** Groups what an import lists, because thousands of attachments would hide the one post that became a draft. */
export class ReasonGroups {
  private readonly groups = new Map<string, ReasonGroup>();
  private readonly room = { first: MOST_GROUPS, later: MOST_GROUPS };

  add({ outcome, kind, key, title, reasons }: ListedItem): void {
    for (const reason of reasons) {
      const group = this.groupOf({ outcome, kind, reason });
      group.count += noteCount(reason);
      if (group.reason !== reason && group.reason !== OTHER.reason) group.reason = noteKind(reason);
      if (group.examples.length < MOST_EXAMPLES) group.examples.push({ key, title, reason });
    }
  }

  /** Returns the groups, the most important ones first. */
  all(): ReasonGroup[] {
    return [...this.groups.values()].sort(
      (a, b) => placeOf(a.kind) - placeOf(b.kind) || weightOf(b) - weightOf(a) || b.count - a.count,
    );
  }

  private groupOf(of: Omit<ReasonGroup, 'count' | 'examples'>): ReasonGroup {
    const id = JSON.stringify([of.outcome, of.kind, noteKind(of.reason)]);
    const known = this.groups.get(id);
    if (known) return known;
    if (of !== OTHER && !this.hasRoom(of)) return this.groupOf(OTHER);
    const group: ReasonGroup = { ...of, count: 0, examples: [] };
    this.groups.set(id, group);
    return group;
  }

  /** A post that is not public any more always has its own group. There are few such reasons. */
  private hasRoom({ kind, reason }: Pick<ReasonGroup, 'kind' | 'reason'>): boolean {
    return isHiding(reason) || this.room[isMissedFirst(kind) ? 'first' : 'later']-- > 0;
  }
}

const isHiding = (reason: string) => /as (?:a draft|archived)\b/.test(noteKind(reason));

/** What stays as it is in the file, or has another name. */
const isKept = (reason: string) => /^(?:the|further) links? |of the former site|^the slug /.test(reason);

/**
 * A post that is not public any more, or is missing, matters more than a post without its picture, and that matters more
 * than a link that still leads to the former site.
 */
function weightOf({ outcome, reason }: ReasonGroup): number {
  if (isHiding(reason)) return 3;
  if (outcome === 'skipped') return 2;
  return isKept(reason) ? 0 : 1;
}
