import { runCommand } from '../command-line.ts';
import { rollback } from '../rollback.ts';
import { ENVIRONMENTS } from '../target.ts';

const usage = `
usage: scripts/rollback ENV [--revision N] [--timeout DURATION]

Goes back to an earlier revision of Helm's, the one before the current if none is named (helm history shows them).
The database stays as it is: every release runs on the schema of the next. Where it does not, because a contract
migration took something away, the rollback is refused before anything changes, with what to do instead.
What was rolled back does not come back when a later release fails its verification.

Environment: KUBECONFIG or KUBECONFIG_<ENV>, NAMESPACE, LEASE_PATIENCE_SECONDS; as for scripts/deploy.
`;

const options = { revision: { type: 'string' }, timeout: { type: 'string' } } as const;

await runCommand(
  { name: 'rollback', usage, options, environments: ENVIRONMENTS },
  async (given, environment) => {
    const revision = given.revision === undefined ? undefined : Number(given.revision);
    if (revision !== undefined && !(Number.isSafeInteger(revision) && revision > 0))
      throw new TypeError(`--revision requires a revision number of helm history, but is ${given.revision}`);
    await rollback({ environment, revision, timeout: given.timeout }, (line) =>
      console.error(`rollback: ${line}`),
    );
  },
);
