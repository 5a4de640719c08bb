import { runCommand } from '../command-line.ts';
import { attestRelease } from '../attest.ts';

const usage = `
usage: scripts/attest [--release FILE]

Signs the image and the chart of a release with cosign, attests their contents (CycloneDX) and release.json, and signs
release.json itself (release.json.sig). Writes sbom.cdx.json and sbom-chart.cdx.json.

Environment:
  COSIGN_PRIVATE_KEY, COSIGN_PASSWORD   the text of the signing key and its password (protected variables)
  REGISTRY_PLAIN_HTTP                   true for a registry without TLS
`;

await runCommand(
  { name: 'attest', usage, options: { release: { type: 'string' } } },
  ({ release = 'release.json' }) => attestRelease(release, (line) => console.error(`attest: ${line}`)),
);
