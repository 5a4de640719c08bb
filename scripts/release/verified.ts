import type { Release } from './evidence.ts';
import { REVISIONS } from './helm.ts';
import type { Call } from './kubectl.ts';
import type { ConfigMap } from './kubernetes.ts';
import type { PassedRevision } from './pending.ts';

/** What is known of what passed in a namespace. */
export interface Verified {
  version: string;
  /** Of the release that passed last. */
  pipeline: number;
  revision: number;
  /** Never goes down. */
  newestPipeline: number;
  /** The revisions of Helm's that passed, the last first. */
  passed: PassedRevision[];
}

/** What this asks of the cluster. */
export interface VerifiedCluster {
  get: (kind: 'configmap', name: string) => Promise<ConfigMap | undefined>;
  do: (wanted: string, args: string[], call: Call) => Promise<unknown>;
}

/** What `scripts/verify` has found good in a namespace. Helm does not own it, so that a rollback leaves it alone. */
const NAME = 'galley-verified';

/** @returns undefined where nothing has passed */
export async function readVerified(kubectl: VerifiedCluster): Promise<Verified | undefined> {
  const map = await kubectl.get('configmap', NAME);
  return map && known(map);
}

/** @param at the revision that passed, of Helm's history */
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

/** A return to what passed counts as passed: Helm forgets the revision that it is a return to. */
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

/** @param before what was read: whoever else wrote it since is not overwritten */
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
