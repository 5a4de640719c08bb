import { Refusal } from './refusal.js';

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
  const good =
    history.findLast(({ status }) => status === 'deployed') ??
    history.findLast(({ status }) => GOOD.includes(status));
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
  const current = history.findLast(({ status }) => status === 'deployed') ?? history.at(-1);
  if (!current) return undefined;
  const from = originOf(history, current).revision;
  return history.findLast(({ revision, status }) => status === 'superseded' && revision < from)?.revision;
}

/** The revision in which a deploy brought what this one runs, however often it was gone back to. */
export function originOf(history, entry) {
  const to = Number(/^Rollback to (\d+)/.exec(entry.description)?.[1]);
  const target = history.find(({ revision }) => revision === to);
  return target ? originOf(history, target) : entry;
}
