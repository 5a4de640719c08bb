import { checkFloor, newestMigrationIn, readFloor } from './floor.ts';
import { Helm } from './helm.ts';
import { clearPending, lastDeployed, previousRevision, wasUndone } from './pending.ts';
import { Refusal } from './refusal.ts';
import type { Say } from './say.ts';
import { type Environment, findTarget } from './target.ts';
import { underLease } from './under-lease.ts';

interface Rollback {
  environment: Environment;
  /** A revision of helm history. The default is the one before the current revision. */
  revision?: number;
  timeout?: string;
  /** Ends a deploy that is in progress instead of waiting for it. */
  urgent?: boolean;
}

/**
 * Returns to an earlier revision of Helm. The database does not change.
 * @returns the new revision, which equals the old one
 */
export async function rollback(
  { environment, revision, timeout, urgent }: Rollback,
  say: Say,
): Promise<number> {
  const target = findTarget(environment);
  const before = await new Helm(target).history();
  const work: Parameters<typeof underLease<number>>[2] = async ({ kubectl, helm }) => {
    await clearPending(helm, say);
    const history = await helm.history();
    const current = lastDeployed(history);
    if (revision === undefined && current && wasUndone(before, history)) {
      say(
        `the deploy in progress was ended; ${environment} runs revision ${current.revision}, ${current.chart}`,
      );
      return current.revision;
    }
    const to = revision ?? previousRevision(history);
    if (!to) throw new Refusal(`${environment} has no earlier revision`);
    const entry = history.find((one) => one.revision === to);
    if (!entry)
      throw new Refusal(
        `${environment} has no revision ${to}; it has ${history.map((one) => one.revision).join(', ')}`,
      );
    if (entry.status === 'failed')
      throw new Refusal(`revision ${to} of ${environment} failed when it was deployed`);
    const floor = await readFloor(kubectl);
    if (floor !== undefined) {
      checkFloor({
        floor,
        newest: newestMigrationIn(await helm.manifest(to)),
        what: `revision ${to} (${entry.description})`,
      });
    }
    say(`${environment}: returning to revision ${to}, ${entry.description}`);
    await helm.rollback(to, { timeout });
    const now = (await helm.history()).at(-1)?.revision ?? to;
    say(`${environment} runs revision ${to} again, as revision ${now}`);
    return now;
  };
  return underLease(target, say, work, { urgent });
}
