import type { Release } from './evidence.ts';
import { REVISIONS } from './helm.ts';
import type { Call } from './kubectl.ts';
import type { ConfigMap } from './kubernetes.ts';
import type { PassedRevision } from './pending.ts';

/** The releases that passed in a namespace. */
export interface Verified {
  version: string;
  /** The pipeline of the release that passed last. */
  pipeline: number;
  revision: number;
  /** The newest pipeline that ever passed. It never decreases. */
  newestPipeline: number;
  /** The revisions of Helm that passed, newest first. */
  passed: PassedRevision[];
}

/** The functions of the cluster that this file requires. */
export interface VerifiedCluster {
  get: (kind: 'configmap', name: string) => Promise<ConfigMap | undefined>;
  do: (wanted: string, args: string[], call: Call) => Promise<unknown>;
}

/**
 * The ConfigMap with the results of `scripts/verify` in a namespace. Helm does not own it, so a rollback does not
 * change it.
 */
const NAME = 'galley-verified';

/** @returns undefined if nothing has passed */
export async function readVerified(kubectl: VerifiedCluster): Promise<Verified | undefined> {
  const map = await kubectl.get('configmap', NAME);
  return map && known(map);
}

/** @param at the revision of Helm that passed */
export async function writeVerified(
  kubectl: VerifiedCluster,
  release: Release,
  at: PassedRevision,
): Promise<void> {
  const map = await kubectl.get('configmap', NAME);
  const { newestPipeline, passed } = map ? known(map) : { newestPipeline: 0, passed: [] };
  await write(kubectl, map, {
    imageDigest: release.image.digest,
    chartDigest: release.chart.digest,
    valuesHash: release.valuesHash,
    pipeline: String(release.pipeline),
    version: release.version,
    commit: release.commit ?? '',
    revision: String(at.revision),
    at: new Date().toISOString(),
    newestPipeline: String(Math.max(newestPipeline, release.pipeline)),
    passed: withRevision(passed, at),
  });
}

/** A rollback to a revision that passed also counts as passed, because Helm later forgets the earlier revision. */
export async function addPassed(kubectl: VerifiedCluster, at: PassedRevision): Promise<void> {
  const map = await kubectl.get('configmap', NAME);
  if (!map) throw new Error(`${NAME} is gone`);
  await write(kubectl, map, { ...map.data, passed: withRevision(known(map).passed, at) });
}

function known({ data }: ConfigMap): Verified {
  return {
    ...data,
    version: data.version ?? '',
    pipeline: Number(data.pipeline),
    revision: Number(data.revision),
    newestPipeline: Number(data.newestPipeline ?? data.pipeline),
    passed: JSON.parse(data.passed ?? '[]') as PassedRevision[],
  };
}

const withRevision = (passed: PassedRevision[], { revision, chart }: PassedRevision) =>
  JSON.stringify(
    [{ revision, chart }, ...passed.filter((one) => one.revision !== revision)].slice(0, REVISIONS),
  );

/** @param before the version that was read; a write since then is not overwritten */
async function write(
  kubectl: VerifiedCluster,
  before: ConfigMap | undefined,
  data: ConfigMap['data'],
): Promise<void> {
  const resourceVersion = before?.metadata.resourceVersion;
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, resourceVersion }, data };
  await kubectl.do(
    `cannot write ${NAME}`,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=galley-verify', '-f', '-'],
    { input: JSON.stringify(map) },
  );
}
