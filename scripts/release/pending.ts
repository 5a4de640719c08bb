import { messageOf } from '../tools/failures.ts';
import type { Helm, HelmRevision } from './helm.ts';
import { Refusal } from './refusal.ts';
import type { Say } from './say.ts';

/** A revision in the history of Helm. */
export type Entry = Omit<HelmRevision, 'chart'>;

/** A revision that passed here. It includes the chart, because an uninstall starts again at revision 1. */
export type PassedRevision = Pick<HelmRevision, 'revision' | 'chart'>;

/** The functions of Helm that restore a release. */
export type Returning = Pick<Helm, 'history' | 'rollback' | 'uninstall'>;

type WayBack = { uninstall: true; status: string } | { rollback: number; status: string };

/**
 * Tells whether Helm completed this revision. A rollback that fails marks the revision that it replaces as superseded,
 * even if that one had failed.
 */
const isGood = ({ status, description }: Entry) =>
  status === 'deployed' || (status === 'superseded' && !/^\w+ "[^"]*" failed: /.test(description));

/**
 * Finds how to repair the state that a killed Helm process left.
 * @returns undefined if nothing must be done, `{ uninstall: true }` if no revision was ever deployed, and otherwise
 * `{ rollback: revision }` with the last one that was
 */
export function findWayBack(history: Entry[]): WayBack | undefined {
  const last = history.at(-1);
  if (!last || last.status === 'uninstalled') return undefined;
  if (last.status === 'uninstalling')
    throw new Refusal(
      'an uninstall of this release is incomplete. Complete it with helm uninstall, and deploy again',
    );
  const good = lastDeployed(history) ?? history.findLast(isGood);
  if (!good) return { uninstall: true, status: last.status };
  return last.status.startsWith('pending-') ? { rollback: good.revision, status: last.status } : undefined;
}

/** Repairs the state, so that the next upgrade finds a release that Helm can change. */
export async function clearPending(helm: Returning, say: Say): Promise<void> {
  const way = findWayBack(await helm.history());
  if (!way) return;
  if ('uninstall' in way) {
    say(`the release is ${way.status} and was never deployed, so it is uninstalled`);
    return helm.uninstall();
  }
  say(
    `the release is ${way.status} because a deploy was killed, so it first returns to revision ${way.rollback}`,
  );
  await helm.rollback(way.rollback);
}

/**
 * Makes sure that the release before a failed or interrupted upgrade runs. Helm rolls back by itself unless it was cut
 * off from the cluster.
 * @param why the error of the upgrade, which stays the error of the deploy
 */
export async function returnToDeployed(
  helm: Returning,
  environment: string,
  { why, say }: { why: Error; say: Say },
): Promise<void> {
  try {
    await restoreDeployed(helm, environment, say);
  } catch (error) {
    throw new Refusal(
      `${why.message.replace(/\.?$/, '.')} The previous release could not be restored: ${messageOf(error).replace(/\.?$/, '.')} Run scripts/rollback ${environment}`,
    );
  }
}

async function restoreDeployed(helm: Returning, environment: string, say: Say): Promise<void> {
  await clearPending(helm, say);
  const history = await helm.history();
  const deployed = lastDeployed(history);
  if (deployed && history.at(-1)?.status === 'failed') await helm.rollback(deployed.revision);
  const now = lastDeployed(await helm.history());
  say(
    now
      ? `${environment} runs ${now.chart} again, as revision ${now.revision}`
      : `${environment} runs nothing`,
  );
}

/**
 * Tells whether the change that a rollback was to undo is undone already: an upgrade that was in progress, or began
 * since, has failed or was ended, and what ran before it runs again. If Helm could not roll back, the last revision has
 * failed and the pods can be of two releases, so nothing is undone.
 */
export function wasUndone(before: Entry[], after: Entry[]): boolean {
  if (after.at(-1)?.status !== 'deployed') return false;
  const [was, is] = [before, after].map((history) => {
    const deployed = lastDeployed(history);
    return deployed && originOf(history, deployed).revision;
  });
  if (was === undefined || was !== is) return false;
  const last = before.at(-1);
  const since = after.filter(({ revision }) => revision > (last?.revision ?? 0));
  return Boolean(last?.status.startsWith('pending-')) || since.some(({ status }) => status === 'failed');
}

/**
 * Returns the default revision of a rollback: the one before the current revision, or before the one to which an
 * earlier rollback returned. After an upgrade that failed half-way, it is the revision that was deployed before, and
 * after a rollback that failed, the revision to which it was to return.
 */
export function previousRevision(history: HelmRevision[]): number | undefined {
  const last = history.at(-1);
  if (!last) return undefined;
  if (last.status === 'failed') return (targetOfFailed(history, last) ?? lastDeployed(history))?.revision;
  return revisionBefore(history, lastDeployed(history) ?? last)?.revision;
}

/** Helm does not keep to which revision a rollback that failed was to return, but the chart is the same. */
function targetOfFailed(
  history: HelmRevision[],
  { chart, description }: HelmRevision,
): HelmRevision | undefined {
  const isRollback = /^(Rollback|Release) "/.test(description);
  return isRollback ? history.findLast((entry) => isGood(entry) && entry.chart === chart) : undefined;
}

/**
 * Returns the last revision before `entry` that passed here. A revision from which somebody rolled back is not used
 * again.
 * @param passed the revisions that passed, according to galley-verified
 */
export function lastPassed(
  history: HelmRevision[],
  entry: HelmRevision,
  passed: PassedRevision[],
): HelmRevision | undefined {
  const before = revisionBefore(history, entry);
  return before && !hasPassed(history, before, passed) ? lastPassed(history, before, passed) : before;
}

/**
 * Tells whether this revision passed, or one to which it returned. The chart is compared, because an uninstall
 * starts again at revision 1.
 */
export function hasPassed(history: HelmRevision[], entry: HelmRevision, passed: PassedRevision[]): boolean {
  const same = trail(history, entry);
  return passed.some(({ revision, chart }) => same.includes(revision) && chart === entry.chart);
}

/**
 * Returns the previous revision. A rollback counts as the revision to which it returned, so the revisions in
 * between are skipped.
 */
function revisionBefore<E extends Entry>(history: E[], entry: E): E | undefined {
  const from = trail(history, entry).at(-1) ?? entry.revision;
  return history.findLast((one) => one.status === 'superseded' && isGood(one) && one.revision < from);
}

/** Returns the revision, the one to which it returned, and so on. Helm may no longer keep the last one. */
function trail(history: Entry[], entry: Entry): number[] {
  const to = returnsTo(entry);
  if (!to) return [entry.revision];
  const target = history.find(({ revision }) => revision === to);
  return [entry.revision, ...(target ? trail(history, target) : [to])];
}

/** Returns the running revision according to Helm, or undefined if nothing was ever deployed. */
export const lastDeployed = <E extends Entry>(history: E[]): E | undefined =>
  history.findLast(({ status }) => status === 'deployed');

/** Returns the revision in which a deploy introduced what this one runs, regardless of the number of rollbacks. */
export function originOf<E extends Entry>(history: E[], entry: E): E {
  const to = returnsTo(entry);
  const target = history.find(({ revision }) => revision === to);
  return target ? originOf(history, target) : entry;
}

const returnsTo = ({ description }: Entry) => Number(/^Rollback to (\d+)/.exec(description)?.[1] ?? 0);
