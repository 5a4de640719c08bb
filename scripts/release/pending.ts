import { Refusal } from './refusal.ts';

const GOOD = ['deployed', 'superseded'];

/**
 * What a Helm that was killed left behind, and how to clear it.
 * @returns undefined when nothing has to be done; `{ uninstall: true }` where no
 * revision ever was good; `{ rollback: revision }` to the last that was
 */
export function findWayBack(history) {
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
export async function clearPending(helm, say) {
  const way = findWayBack(await helm.history());
  if (!way) return;
  if (way.uninstall) {
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
export function previousRevision(history) {
  const current = lastDeployed(history) ?? history.at(-1);
  if (!current) return undefined;
  return revisionBefore(history, current)?.revision;
}

/**
 * The last revision before `entry` that passed here. What somebody rolled away from,
 * by scripts/rollback or by Helm alone, does not come back.
 * @param passed the revisions that passed, as galley-verified keeps them
 */
export function lastPassed(history, entry, passed) {
  const before = revisionBefore(history, entry);
  return before && !hasPassed(history, before, passed) ? lastPassed(history, before, passed) : before;
}

/** Whether this revision passed, or one that it is a return to; the chart, because an uninstall begins again at 1. */
export function hasPassed(history, entry, passed) {
  const same = trail(history, entry);
  return passed.some(({ revision, chart }) => same.includes(revision) && chart === entry.chart);
}

/** What was there before; a return counts as what it went back to, so that what lies between is left out. */
function revisionBefore(history, entry) {
  const from = trail(history, entry).at(-1);
  return history.findLast(({ revision, status }) => status === 'superseded' && revision < from);
}

/** The revision, that which it is a return to, and so on; the last may be one that Helm no longer keeps. */
function trail(history, entry) {
  const to = returnsTo(entry);
  if (!to) return [entry.revision];
  const target = history.find(({ revision }) => revision === to);
  return [entry.revision, ...(target ? trail(history, target) : [to])];
}

/** What runs, by Helm's own word; undefined where nothing was ever up. */
export const lastDeployed = (history) => history.findLast(({ status }) => status === 'deployed');

/** The revision in which a deploy brought what this one runs, however often it was gone back to. */
export function originOf(history, entry) {
  const to = returnsTo(entry);
  const target = history.find(({ revision }) => revision === to);
  return target ? originOf(history, target) : entry;
}

const returnsTo = ({ description }) => Number(/^Rollback to (\d+)/.exec(description)?.[1] ?? 0);
