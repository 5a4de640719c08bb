import type { ListedItem } from './listed-item.js';

/** Items of one kind that were skipped or changed for the same reason. */
export interface ReasonGroup extends Pick<ListedItem, 'outcome' | 'kind'> {
  /** The reason of all of them. Names that differ are replaced by "…". */
  reason: string;
  count: number;
  /** The first items of the group. */
  examples: Pick<ListedItem, 'key' | 'title'>[];
}

const MOST_EXAMPLES = 3;

/** A file can contain any number of reasons. Further ones are counted together. */
const MOST_GROUPS = 200;
const OTHER = 'other reasons';

/** The kinds whose content readers miss first come first. Kinds that are not named here come between the two lists. */
const FIRST = [['post', 'page'], ['comment'], ['author'], ['tag']];
const LAST = [['table'], ['attachment'], ['revision'], ['nav_menu_item', 'nav_menu']];

/** Groups what an import lists, because thousands of attachments would hide the one post that became a draft. */
export class ReasonGroups {
  private readonly groups = new Map<string, ReasonGroup>();

  add({ outcome, kind, key, title, reasons }: ListedItem): void {
    for (const reason of reasons) {
      const group = this.groupOf(outcome, kind, reason);
      group.count += 1;
      if (group.reason !== reason && group.reason !== OTHER) group.reason = pattern(reason);
      if (group.examples.length < MOST_EXAMPLES) group.examples.push({ key, title });
    }
  }

  /** Returns the groups, the most important ones first. */
  all(): ReasonGroup[] {
    return [...this.groups.values()].sort(
      (a, b) => rankOf(a.kind) - rankOf(b.kind) || weightOf(b) - weightOf(a) || b.count - a.count,
    );
  }

  private groupOf(outcome: ReasonGroup['outcome'], kind: string, reason: string): ReasonGroup {
    const id = JSON.stringify([outcome, kind, pattern(reason)]);
    const known = this.groups.get(id);
    if (known) return known;
    const isFull = this.groups.size >= MOST_GROUPS && reason !== OTHER;
    if (isFull) return this.groupOf('skipped', 'other', OTHER);
    const group = { outcome, kind, reason, count: 0, examples: [] };
    this.groups.set(id, group);
    return group;
  }
}

/** Reasons quote names of the file. Numbers at their end are counts. */
const pattern = (reason: string) => reason.replace(/"[^"]*"|“[^”]*”/g, '"…"').replace(/: \d[\d,]*$/, ': …');

function rankOf(kind: string): number {
  const first = FIRST.findIndex((kinds) => kinds.includes(kind));
  if (first >= 0) return first;
  return FIRST.length + 1 + LAST.findIndex((kinds) => kinds.includes(kind));
}

/** A post that is not public any more, or is missing, matters more than a post without its picture. */
function weightOf({ outcome, reason }: ReasonGroup): number {
  if (/as (?:a draft|archived)$/.test(reason)) return 2;
  return outcome === 'skipped' ? 1 : 0;
}
