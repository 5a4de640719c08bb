import type { Helm, HelmRevision } from './helm.ts';
import { Refusal } from './refusal.ts';
import type { Say } from './say.ts';

/** A revision as its own history tells it. */
export type Entry = Omit<HelmRevision, 'chart'>;

/** A revision that passed here; the chart too, because an uninstall begins again at 1. */
export type PassedRevision = Pick<HelmRevision, 'revision' | 'chart'>;

type WayBack = { uninstall: true; status: string } | { rollback: number; status: string };

const GOOD = ['deployed', 'superseded'];

/**
 * What a Helm that was killed left behind, and how to clear it.
 * @returns undefined when nothing has to be done; `{ uninstall: true }` where no
 * revision ever was good; `{ rollback: revision }` to the last that was
 */
export function findWayBack(history: Entry[]): WayBack | undefined {
  const last = history.at(-1);
  if (!last || last.status === 'uninstalled') return undefined;
  if (last.status === 'uninstalling')
    throw new Refusal(
      'an uninstall of this release has not come to its end: finish it with helm uninstall, then deploy again',
    );
  const good = lastDeployed(history) ?? history.findLast(({ status }) => GOOD.includes(status));
  if (!good) return { uninstall: true, status: last.status };
  return last.status.startsWith('pending-') ? { rollback: good.revision, status: last.status } : undefined;
}

/** Clears it, so that the next upgrade finds a release that Helm is willing to change. */
export async function clearPending(helm: Helm, say: Say): Promise<void> {
  const way = findWayBack(await helm.history());
  if (!way) return;
  if ('uninstall' in way) {
    say(`the release is ${way.status} and never was deployed: uninstalling what there is of it`);
    return helm.uninstall();
  }
  say(
    `the release is ${way.status}, left by a deploy that was killed: back to revision ${way.rollback} first`,
  );
  await helm.rollback(way.rollback);
}

/**
 * The revision that a rollback goes to when none is named: the one before the
 * current, or before the one that an earlier rollback went back to.
 */
export function previousRevision(history: Entry[]): number | undefined {
  const current = lastDeployed(history) ?? history.at(-1);
  if (!current) return undefined;
  return revisionBefore(history, current)?.revision;
}

/**
 * The last revision before `entry` that passed here. What somebody rolled away from,
 * by scripts/rollback or by Helm alone, does not come back.
 * @param passed the revisions that passed, as galley-verified keeps them
 */
export function lastPassed(
  history: HelmRevision[],
  entry: HelmRevision,
  passed: PassedRevision[],
): HelmRevision | undefined {
  const before = revisionBefore(history, entry);
  return before && !hasPassed(history, before, passed) ? lastPassed(history, before, passed) : before;
}

/** Whether this revision passed, or one that it is a return to; the chart, because an uninstall begins again at 1. */
export function hasPassed(history: HelmRevision[], entry: HelmRevision, passed: PassedRevision[]): boolean {
  const same = trail(history, entry);
  return passed.some(({ revision, chart }) => same.includes(revision) && chart === entry.chart);
}

/** What was there before; a return counts as what it went back to, so that what lies between is left out. */
function revisionBefore<E extends Entry>(history: E[], entry: E): E | undefined {
  const from = trail(history, entry).at(-1) ?? entry.revision;
  return history.findLast(({ revision, status }) => status === 'superseded' && revision < from);
}

/** The revision, that which it is a return to, and so on; the last may be one that Helm no longer keeps. */
function trail(history: Entry[], entry: Entry): number[] {
  const to = returnsTo(entry);
  if (!to) return [entry.revision];
  const target = history.find(({ revision }) => revision === to);
  return [entry.revision, ...(target ? trail(history, target) : [to])];
}

/** What runs, by Helm's own word; undefined where nothing was ever up. */
export const lastDeployed = <E extends Entry>(history: E[]): E | undefined =>
  history.findLast(({ status }) => status === 'deployed');

/** The revision in which a deploy brought what this one runs, however often it was gone back to. */
export function originOf<E extends Entry>(history: E[], entry: E): E {
  const to = returnsTo(entry);
  const target = history.find(({ revision }) => revision === to);
  return target ? originOf(history, target) : entry;
}

const returnsTo = ({ description }: Entry) => Number(/^Rollback to (\d+)/.exec(description)?.[1] ?? 0);
