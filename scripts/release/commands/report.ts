import { runCommand } from '../command-line.ts';
import { report } from '../report.ts';
import { ENVIRONMENTS } from '../target.ts';

const usage = `
usage: scripts/report ENV

Writes the state of the release in ENV to reports/ENV/: what runs, the history, the holder of the lease, the pods, the
events, the logs of the migration and of the pods, and what last passed there. The files contain no secrets. If a part is
not available, its file states the reason. If scripts/deploy has failed in this directory, the last line states the cause.

Environment: KUBECONFIG or KUBECONFIG_<ENV>, NAMESPACE; see scripts/deploy.
`;

await runCommand({ name: 'report', usage, options: {}, environments: ENVIRONMENTS }, (_given, environment) =>
  report(environment),
);
