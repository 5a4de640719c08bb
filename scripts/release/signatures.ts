import { run, runOrRefuse } from './run.ts';
import { EVIDENCE, type Evidence, type Release } from './evidence.ts';
import { Refusal } from './refusal.ts';
import { required } from './command-line.ts';

/** Nothing is written to the public log, so that the names of a private project are not published (decision 0028). */
const NO_LOG = ['--insecure-ignore-tlog=true'];

export const imageReference = ({ image }: Pick<Release, 'image'>): string =>
  `${image.repository}@${image.digest}`;
export const chartReference = ({ chart }: Pick<Release, 'chart'>): string =>
  `${chart.repository.replace(/^oci:\/\//, '')}@${chart.digest}`;

/** A registry without TLS, as in tests, must be permitted explicitly. */
const registryOptions = (env: NodeJS.ProcessEnv) =>
  env.REGISTRY_PLAIN_HTTP === 'true' ? ['--allow-http-registry'] : [];

/**
 * The key is the path of a File variable of GitLab, or the text of a variable that `cosign generate-key-pair`
 * created.
 */
function publicKey(env: NodeJS.ProcessEnv): string {
  const what = 'the public signing key, as a path or as text';
  const key = required(env, 'COSIGN_PUBLIC_KEY', what);
  return key.startsWith('-----') ? 'env://COSIGN_PUBLIC_KEY' : key;
}

/** Rejects an image or a chart that the key of the project has not signed. */
export async function verifySignatures(release: Release, env = process.env): Promise<void> {
  for (const [what, reference] of [
    ['image', imageReference(release)],
    ['chart', chartReference(release)],
  ] as const) {
    const { code, stderr } = await run('cosign', [
      'verify',
      '--key',
      publicKey(env),
      ...NO_LOG,
      ...registryOptions(env),
      reference,
    ]);
    if (code !== 0)
      throw new Refusal(
        `the ${what} ${reference} is not signed with the key of this project, so it is not deployed: ${lastLine(stderr)}`,
      );
  }
}

/**
 * @returns the releases that the key of the project has attested for the image as `kind`; empty without an
 * attestation
 */
export async function readAttested(release: Release, kind: Evidence, env = process.env): Promise<Release[]> {
  const args = [
    'verify-attestation',
    '--key',
    publicKey(env),
    ...NO_LOG,
    ...registryOptions(env),
    '--type',
    EVIDENCE[kind],
  ];
  const { code, stdout, stderr } = await run('cosign', [...args, imageReference(release)]);
  if (code === 0) return stdout.split('\n').filter(Boolean).map(predicateOf);
  if (/no (matching|signatures|attestations)|none of the attestations matched|MANIFEST_UNKNOWN/i.test(stderr))
    return [];
  throw new Refusal(`cannot read the ${kind} evidence of ${imageReference(release)}: ${lastLine(stderr)}`);
}

function predicateOf(line: string): Release {
  const { payload } = JSON.parse(line) as { payload: string };
  const statement = Buffer.from(payload, 'base64').toString('utf8');
  return (JSON.parse(statement) as { predicate: Release }).predicate;
}

/** Stores the predicate as a signed attestation of the image in its registry. */
export async function attest(
  reference: string,
  type: string,
  predicatePath: string,
  env = process.env,
): Promise<void> {
  required(env, 'COSIGN_PRIVATE_KEY', 'the signing key, a protected variable');
  const args = [
    'attest',
    '--key',
    'env://COSIGN_PRIVATE_KEY',
    '--tlog-upload=false',
    '--yes',
    ...registryOptions(env),
  ];
  await runOrRefuse(`cannot attest ${reference}`, 'cosign', [
    ...args,
    '--type',
    type,
    '--predicate',
    predicatePath,
    reference,
  ]);
}

export async function sign(reference: string, env = process.env): Promise<void> {
  required(env, 'COSIGN_PRIVATE_KEY', 'the signing key, a protected variable');
  const args = [
    'sign',
    '--key',
    'env://COSIGN_PRIVATE_KEY',
    '--tlog-upload=false',
    '--yes',
    ...registryOptions(env),
  ];
  await runOrRefuse(`cannot sign ${reference}`, 'cosign', [...args, reference]);
}

/** Signs a file, and writes the signature to FILE.sig. */
export async function signFile(path: string): Promise<void> {
  const args = ['sign-blob', '--key', 'env://COSIGN_PRIVATE_KEY', '--tlog-upload=false', '--yes'];
  await runOrRefuse(`cannot sign ${path}`, 'cosign', [...args, '--output-signature', `${path}.sig`, path]);
}

/** Verifies a signed file, because people pass on release.json. */
export async function verifyFile(path: string, env = process.env): Promise<void> {
  const { code, stderr } = await run('cosign', [
    ...['verify-blob', '--key', publicKey(env), ...NO_LOG, '--signature', `${path}.sig`, path],
  ]);
  if (code !== 0) throw new Refusal(`${path} does not match its signature ${path}.sig: ${lastLine(stderr)}`);
}

const lastLine = (text: string) =>
  text
    .trim()
    .split('\n')
    .filter((line) => !/^WARNING|error during command execution/.test(line))
    .at(-1) ?? text.trim().split('\n').at(-1);
