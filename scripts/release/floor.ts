import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Kubectl } from './kubectl.ts';
import type { Deployment } from './kubernetes.ts';
import { findDeployment, productContainer } from './running.ts';
import { Refusal } from './refusal.ts';
import { RELEASE } from './target.ts';

/**
 * The annotation in which the chart stores the newest migration of its image, so that each revision of Helm
 * contains its own.
 */
const NEWEST_MIGRATION = 'galley/newest-migration';

const SECONDS = 90;

/** The time in the name of a migration, which defines their order. A release tool cannot import it from src/. */
const timeOf = (name: string) => Number(/\d{13}/.exec(name)?.[0] ?? NaN);

/** @returns the annotation in a rendered manifest, or undefined */
export function newestMigrationIn(manifest: string): string | undefined {
  return new RegExp(`${NEWEST_MIGRATION}["']?:\\s*["']?([\\w-]+)`).exec(manifest)?.[1];
}

interface Floor {
  /** The floor of the database, or null if no contract migration was applied. */
  floor: string | null;
  /** The newest migration that the code knows, according to its manifest. */
  newest: string | undefined;
  what: string;
}

/** Rejects code that does not know a migration that the database requires. */
export function checkFloor({ floor, newest, what }: Floor): void {
  if (floor === null) return;
  const remedy =
    'fix the fault in a new release (roll forward), or, as the last resort, restore the backup from before the contract migration (docs/deploy.md, "When a rollback is refused")';
  if (!newest)
    throw new Refusal(
      `${what} does not state its newest migration, and the schema has the floor ${floor}; ${remedy}`,
    );
  if (!(timeOf(newest) >= timeOf(floor)))
    throw new Refusal(
      `${what} knows migrations up to ${newest}, and the database needs code that knows ${floor}: it would not start; ${remedy}`,
    );
}

/**
 * Reads the floor of the database with a Job that uses the pod of the running release, which has the image, the
 * settings and the access to the database.
 * @returns the floor, null if there is none, or undefined if nothing is running yet
 */
export async function readFloor(kubectl: Kubectl): Promise<string | null | undefined> {
  const deployment = await findDeployment(kubectl);
  if (!deployment) return undefined;
  const name = `${RELEASE}-floor-${randomBytes(4).toString('hex')}`;
  await kubectl.do('cannot start the Job that reads the schema floor', ['create', '-f', '-'], {
    input: JSON.stringify(floorJob(name, deployment)),
  });
  try {
    return floorIn(await finishedLog(kubectl, name));
  } finally {
    await kubectl.try(['delete', 'job', name, '--wait=false']);
  }
}

/** Except for the annotation, this is the pod of the chart, without probes and without the labels of the Service. */
export function floorJob(
  name: string,
  { spec: { template } }: { spec: Pick<Deployment['spec'], 'template'> },
) {
  const { labels = {}, annotations = {} } = template.metadata;
  const container = { ...productContainer(template.spec) };
  for (const part of ['livenessProbe', 'readinessProbe', 'startupProbe', 'lifecycle', 'ports'] as const)
    delete container[part];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: SECONDS,
      ttlSecondsAfterFinished: 600,
      template: {
        metadata: { labels: { ...labels, 'app.kubernetes.io/component': 'migrate' }, annotations },
        spec: {
          ...template.spec,
          affinity: undefined,
          topologySpreadConstraints: undefined,
          restartPolicy: 'Never',
          containers: [{ ...container, command: ['node', 'dist/cli.js'], args: ['migrate:check', '--json'] }],
        },
      },
    },
  };
}

async function finishedLog(kubectl: Kubectl, name: string): Promise<string> {
  const deadline = performance.now() + SECONDS * 1000;
  for (;;) {
    const job = await kubectl.get('job', name);
    if (job?.status?.succeeded || job?.status?.failed) break;
    if (performance.now() > deadline) {
      const pods = await kubectl.try(['get', 'pods', '-l', `job-name=${name}`, '-o', 'wide']);
      throw new Refusal(
        `the Job that reads the schema floor did not end within ${SECONDS} s: ${pods.stdout.trim()}`,
      );
    }
    await delay(500);
  }
  return kubectl.do('cannot read the schema floor', ['logs', `job/${name}`, '--all-containers']);
}

/**
 * Returns the floor in the last line of `galley migrate:check --json` that is JSON. Its exit code has another
 * meaning.
 */
export function floorIn(log: string): string | null {
  const line = log
    .trim()
    .split('\n')
    .findLast((text) => text.startsWith('{') && text.includes('"floor"'));
  if (!line)
    throw new Refusal(
      `the schema floor cannot be read; output of galley migrate:check: ${log.trim() || 'nothing'}`,
    );
  return (JSON.parse(line) as { floor: string | null }).floor;
}
