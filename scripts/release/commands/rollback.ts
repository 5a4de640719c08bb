import { runCommand } from '../command-line.ts';
import { rollback } from '../rollback.ts';
import { ENVIRONMENTS } from '../target.ts';

const usage = `
usage: scripts/rollback ENV [--revision N] [--now] [--timeout DURATION]

Returns to an earlier revision of Helm (helm history lists them). The default is the one before the current revision.
The database does not change, because each release runs on the schema of the next one. If a contract migration has
removed something that the revision requires, the command changes nothing, exits with 1 and states what to do instead.
If a later release fails its verification, a release that was rolled back is not restored.

  --revision N   the revision to return to
  --now          ends a deploy that is in progress, which then rolls itself back, instead of waiting until it is done.
                 Without --revision, this is all that the rollback does in this case. It does not end another rollback

Environment: KUBECONFIG or KUBECONFIG_<ENV>, NAMESPACE, LEASE_PATIENCE_SECONDS; see scripts/deploy.
`;

const options = {
  revision: { type: 'string' },
  now: { type: 'boolean' },
  timeout: { type: 'string' },
} as const;

await runCommand(
  { name: 'rollback', usage, options, environments: ENVIRONMENTS },
  async (given, environment) => {
    const revision = given.revision === undefined ? undefined : Number(given.revision);
    if (revision !== undefined && !(Number.isSafeInteger(revision) && revision > 0))
      throw new TypeError(`--revision requires a revision number of helm history, but is ${given.revision}`);
    await rollback({ environment, revision, timeout: given.timeout, urgent: given.now }, (line) =>
      console.error(`rollback: ${line}`),
    );
  },
);
