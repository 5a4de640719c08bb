import { REVISIONS } from './helm.ts';

/** What `scripts/verify` has found good in a namespace. Helm does not own it, so that a rollback leaves it alone. */
const NAME = 'galley-verified';

/**
 * @returns undefined where nothing has passed, or the release that passed last, and
 * `newestPipeline`, which never goes down, and `passed`: `{ revision, chart }` of
 * Helm's that passed, the last first
 */
export async function readVerified(kubectl) {
  const map = await kubectl.get('configmap', NAME);
  return map && known(map);
}

/** @param at the revision that passed, of Helm's history */
export async function writeVerified(kubectl, release, at) {
  const map = await kubectl.get('configmap', NAME);
  const { newestPipeline = 0, passed = [] } = map ? known(map) : {};
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
export async function addPassed(kubectl, at) {
  const map = await kubectl.get('configmap', NAME);
  await write(kubectl, map, { ...map.data, passed: withRevision(known(map).passed, at) });
}

function known({ data }) {
  return {
    ...data,
    pipeline: Number(data.pipeline),
    revision: Number(data.revision),
    newestPipeline: Number(data.newestPipeline ?? data.pipeline),
    passed: JSON.parse(data.passed ?? '[]'),
  };
}

const withRevision = (passed, { revision, chart }) =>
  JSON.stringify(
    [{ revision, chart }, ...passed.filter((one) => one.revision !== revision)].slice(0, REVISIONS),
  );

/** @param before what was read: whoever else wrote it since is not overwritten */
async function write(kubectl, before, data) {
  const resourceVersion = before?.metadata.resourceVersion;
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME, resourceVersion }, data };
  await kubectl.do(
    `cannot write ${NAME}`,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=galley-verify', '-f', '-'],
    { input: JSON.stringify(map) },
  );
}
