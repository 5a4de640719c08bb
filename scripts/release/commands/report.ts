import { runCommand } from '../command-line.ts';
import { report } from '../report.ts';
import { ENVIRONMENTS } from '../target.ts';

const usage = `
usage: scripts/report ENV

Keeps what is known of the release in ENV below reports/ENV/: what runs, history, who holds the lease, pods,
events, the log of the migration and of what did not get ready, and what last passed there. Nothing of it is secret.
What cannot be had is said in its file.

Environment: KUBECONFIG or KUBECONFIG_<ENV>, NAMESPACE; as for scripts/deploy.
`;

await runCommand({ name: 'report', usage, options: {}, environments: ENVIRONMENTS }, (_given, environment) =>
  report(environment),
);
