import { networkFault } from '../tools/failures.ts';
import { Refusal } from './refusal.ts';

const FILES = [
  'release.json',
  'release.json.sig',
  'release.production-passed.json',
  'sbom.cdx.json',
  'sbom-chart.cdx.json',
];

interface Page {
  tag: string;
  commit: string;
  description: string;
}

/** Creates the tag and the release page with the API of GitLab. An existing page does not change. */
export async function createPage(
  { tag, commit, description }: Page,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const url = `${env.CI_API_V4_URL}/projects/${env.CI_PROJECT_ID}/releases`;
  const links = FILES.map((name) => ({
    name,
    url: `${env.CI_PROJECT_URL}/-/jobs/${env.CI_JOB_ID}/artifacts/file/${name}`,
    link_type: 'other',
  }));
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'JOB-TOKEN': env.CI_JOB_TOKEN ?? '', 'content-type': 'application/json' },
    body: JSON.stringify({ tag_name: tag, ref: commit, name: tag, description, assets: { links } }),
    signal: AbortSignal.timeout(30_000),
  }).catch((error: unknown) => {
    throw new Refusal(`GitLab does not respond at ${env.CI_API_V4_URL}: ${networkFault(error)}`);
  });
  if (answer.status === 409) return 'is there already';
  if (!answer.ok)
    throw new Refusal(`GitLab rejects the release ${tag}: ${answer.status} ${await answer.text()}`);
  return 'is out';
}
