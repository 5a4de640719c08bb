/** What `scripts/verify` last found good in a namespace. Helm does not own it, so that a rollback leaves it alone. */
const NAME = 'galley-verified';

/** @returns the release that passed last, or undefined where none has */
export async function readVerified(kubectl) {
  const map = await kubectl.get('configmap', NAME);
  if (!map) return undefined;
  const { imageDigest, chartDigest, valuesHash, version, commit, at } = map.data;
  return {
    imageDigest,
    chartDigest,
    valuesHash,
    version,
    commit,
    at,
    pipeline: Number(map.data.pipeline),
    revision: Number(map.data.revision),
  };
}

export async function writeVerified(kubectl, release, revision) {
  const data = {
    imageDigest: release.image.digest,
    chartDigest: release.chart.digest,
    valuesHash: release.valuesHash,
    pipeline: String(release.pipeline),
    version: release.version,
    commit: release.commit ?? '',
    revision: String(revision),
    at: new Date().toISOString(),
  };
  const map = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: NAME }, data };
  await kubectl.do(
    `cannot write ${NAME}`,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=galley-verify', '-f', '-'],
    {
      input: JSON.stringify(map),
    },
  );
}
