import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Helm } from './helm.ts';
import { lastDeployed } from './pending.ts';
import { Refusal } from './refusal.ts';
import { run } from './run.ts';
import { type Environment, findTarget, RELEASE } from './target.ts';

const LABEL = `app.kubernetes.io/instance=${RELEASE}`;

/** The files of a report after a deploy, by name. */
const PARTS: Record<string, [program: string, ...args: string[]]> = {
  'history.txt': ['helm', 'history', RELEASE, '--max', '20'],
  'lease.yaml': ['kubectl', 'get', 'lease', RELEASE, '-o', 'yaml'],
  'verified.yaml': ['kubectl', 'get', 'configmap', 'galley-verified', '-o', 'yaml'],
  'workloads.txt': ['kubectl', 'get', 'deployments,replicasets,jobs,pods,hpa,pdb', '-o', 'wide'],
  'events.txt': ['kubectl', 'get', 'events', '--sort-by=.lastTimestamp'],
  'migration.log': [
    'kubectl',
    'logs',
    '-l',
    `${LABEL},app.kubernetes.io/component=migrate`,
    '--tail=-1',
    '--prefix',
  ],
  'pods.log': [
    'kubectl',
    'logs',
    '-l',
    LABEL,
    '--all-containers',
    '--tail=200',
    '--prefix',
    '--max-log-requests=20',
  ],
};

export async function report(environment: Environment): Promise<void> {
  const target = findTarget(environment);
  const { kubeconfig, namespace } = target;
  const folder = `reports/${environment}`;
  mkdirSync(folder, { recursive: true });
  await Promise.all(
    Object.entries(PARTS).map(async ([file, [program, ...args]]) => {
      const { stdout, stderr } = await run(
        program,
        ['--kubeconfig', kubeconfig, '--namespace', namespace, ...args],
        {
          timeoutMs: 30_000,
        },
      );
      writeFileSync(`${folder}/${file}`, stdout || stderr);
    }),
  );
  writeFileSync(`${folder}/running.txt`, `${await running(new Helm(target))}\n`);
  const { stdout } = await run('helm', [
    '--kubeconfig',
    kubeconfig,
    '--namespace',
    namespace,
    'history',
    RELEASE,
  ]);
  console.log(`${stdout}report: ${folder} has running.txt, ${Object.keys(PARTS).join(', ')}`);
  const cause = `${folder}/failure/cause.txt`;
  if (existsSync(cause))
    console.log(
      `report: the last deploy failed; ${folder}/failure has the details\n${readFileSync(cause, 'utf8').trim()}`,
    );
}

/** The version in one line, for scripts/notify. */
async function running(helm: Helm): Promise<string> {
  try {
    const deployed = lastDeployed(await helm.history());
    return deployed ? `${deployed.chart}, revision ${deployed.revision}` : 'nothing';
  } catch (error) {
    if (error instanceof Refusal) return 'unknown'; // history.txt contains the reason.
    throw error;
  }
}
