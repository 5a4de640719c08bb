import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { EVIDENCE, readRelease, type Release } from './evidence.ts';
import { runOrRefuse } from './run.ts';
import type { Say } from './say.ts';
import { attest, chartReference, imageReference, sign, signFile } from './signatures.ts';

/** Signs a release: its image, its chart, release.json, and the lists of their contents. */
export async function attestRelease(path: string, say: Say): Promise<void> {
  const release = readRelease(path);
  const contents = {
    [imageReference(release)]: 'sbom.cdx.json',
    [chartReference(release)]: 'sbom-chart.cdx.json',
  };
  writeFileSync(
    'sbom.cdx.json',
    await runOrRefuse('npm cannot list what is in the image', process.execPath, [SBOM]),
  );
  writeFileSync('sbom-chart.cdx.json', `${JSON.stringify(chartSbom(release), null, 2)}\n`);
  await signFile(path);
  for (const [reference, sbom] of Object.entries(contents)) {
    await sign(reference);
    await attest(reference, 'cyclonedx', sbom);
    await attest(reference, EVIDENCE.release, path);
    say(`${reference} is signed, with ${sbom} and ${path}`);
  }
}

const SBOM = fileURLToPath(new URL('./sbom.ts', import.meta.url));

/** The chart has one component: the image. */
export function chartSbom({ version, image, chart }: Pick<Release, 'version' | 'image' | 'chart'>) {
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        name: 'galley-chart',
        version,
        'bom-ref': `${chart.repository}@${chart.digest}`,
      },
    },
    components: [
      {
        type: 'container',
        name: image.repository,
        version: image.digest,
        hashes: [{ alg: 'SHA-256', content: image.digest.slice('sha256:'.length) }],
      },
    ],
  };
}
