import { checkFloor, newestMigrationIn, readFloor } from './floor.ts';
import { clearPending, previousRevision } from './pending.ts';
import { Refusal } from './refusal.ts';
import type { Say } from './say.ts';
import { type Environment, findTarget } from './target.ts';
import { underLease } from './under-lease.ts';

interface Rollback {
  environment: Environment;
  /** Of helm history; the one before the current if absent. */
  revision?: number;
  timeout?: string;
}

/**
 * Goes back to an earlier revision of Helm's; the database stays where it is.
 * @returns the new revision, which is the old one again
 */
export async function rollback({ environment, revision, timeout }: Rollback, say: Say): Promise<number> {
  return underLease(findTarget(environment), say, async ({ kubectl, helm }) => {
    await clearPending(helm, say);
    const history = await helm.history();
    const to = revision ?? previousRevision(history);
    if (!to) throw new Refusal(`${environment} has no earlier revision to go back to`);
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
    say(`${environment}: back to revision ${to}, ${entry.description}`);
    await helm.rollback(to, { timeout });
    const now = (await helm.history()).at(-1)?.revision ?? to;
    say(`${environment} runs revision ${to} again, as revision ${now}`);
    return now;
  });
}
