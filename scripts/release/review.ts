import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Helm } from './helm.ts';
import { Kubectl } from './kubectl.ts';
import type { KubernetesObject, Labels } from './kubernetes.ts';
import { Refusal } from './refusal.ts';
import { ReviewServer } from './review-database.ts';
import { deleteImages } from './review-image.ts';
import { type Cluster, findTarget } from './target.ts';

const MANAGER = 'app.kubernetes.io/managed-by';

/**
 * Labels that enforce the restricted standard for all pods of a review, and mark the namespace as one that may be
 * deleted.
 */
const LABELS = { 'pod-security.kubernetes.io/enforce': 'restricted', [MANAGER]: 'galley-review' };

/**
 * Creates the namespace of a review, a role and a database on the shared server, and the Secrets for its pods. A
 * second run changes no password and no key, because running pods would not receive them.
 * @param authority the path of a PEM file with the authority of the server's certificate; absent if the system
 * trusts it
 */
export async function prepareReview(
  adminUrl: string,
  authority: string | undefined,
  env = process.env,
): Promise<void> {
  const target = findTarget('review');
  const kubectl = new Kubectl(target);
  await isThere(kubectl, target.namespace);
  const metadata = { name: target.namespace, labels: LABELS };
  await apply(kubectl, { apiVersion: 'v1', kind: 'Namespace', metadata }, 'cannot create the namespace');
  const kept = await valuesOf(kubectl, 'galley');
  const random = () => randomBytes(32).toString('hex');
  const password = kept.DATABASE_URL ? decodeURIComponent(new URL(kept.DATABASE_URL).password) : random();
  await applySecret(kubectl, 'galley', {
    DATABASE_URL: await new ReviewServer(adminUrl, authority).make(databaseOf(target), password),
    JWT_SECRET: kept.JWT_SECRET ?? random(),
    JWT_REFRESH_SECRET: kept.JWT_REFRESH_SECRET ?? random(),
    ENCRYPTION_KEY: kept.ENCRYPTION_KEY ?? random(),
    METRICS_TOKEN: kept.METRICS_TOKEN ?? random(),
    ...(authority && { DATABASE_SSL_CA: readFileSync(authority, 'utf8') }),
  });
  const login = loginOf(env);
  if (login)
    await applySecret(
      kubectl,
      'registry-secret',
      { '.dockerconfigjson': JSON.stringify(login) },
      'kubernetes.io/dockerconfigjson',
    );
}

/** Deletes all of it. What does not exist is not an error, so this can run twice. */
export async function dropReview(
  adminUrl: string,
  authority: string | undefined,
  repository: string | undefined,
): Promise<void> {
  const target = findTarget('review');
  const kubectl = new Kubectl(target);
  if (await isThere(kubectl, target.namespace)) {
    if ((await new Helm(target).history()).length > 0) await new Helm(target).uninstall({ timeout: '2m' });
    await kubectl.do(
      'cannot delete the namespace',
      ['delete', 'namespace', target.namespace, '--timeout=120s'],
      { seconds: 130 },
    );
  }
  await new ReviewServer(adminUrl, authority).drop(databaseOf(target));
  if (repository) await deleteImages(repository);
}

const databaseOf = ({ namespace }: Cluster) => namespace.replaceAll('-', '_');

/** Tells whether the namespace exists. Throws if no review has created it. */
async function isThere(kubectl: Kubectl, name: string): Promise<boolean> {
  const found = await kubectl.get('namespace', name);
  if (found && found.metadata.labels?.[MANAGER] !== LABELS[MANAGER])
    throw new Refusal(`the namespace ${name} was not created by a review, so it is not changed`);
  return Boolean(found);
}

/** Returns the content of a Secret, or an empty object if it does not exist. */
async function valuesOf(kubectl: Kubectl, name: string): Promise<Partial<Labels>> {
  const { data = {} } = (await kubectl.get('secret', name)) ?? {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

/**
 * Returns the deploy token of the project in the format of the kubelet. The token of a job would expire with the
 * job, before the next pull.
 */
function loginOf(env: NodeJS.ProcessEnv) {
  const { CI_REGISTRY: registry, CI_DEPLOY_USER: username, CI_DEPLOY_PASSWORD: password } = env;
  if (!registry || !username || !password) return undefined;
  const auth = Buffer.from(`${username}:${password}`).toString('base64');
  return { auths: { [registry]: { username, password, auth } } };
}

/** This uses `data`, because keys of `stringData` remain if a later version omits them. */
function applySecret(kubectl: Kubectl, name: string, values: Labels, type = 'Opaque'): Promise<string> {
  const data = Object.fromEntries(
    Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]),
  );
  const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type, data };
  return apply(kubectl, secret, `cannot create the Secret ${name}`);
}

const apply = (kubectl: Kubectl, object: KubernetesObject, wanted: string): Promise<string> =>
  kubectl.do(
    wanted,
    ['apply', '--server-side', '--force-conflicts', '--field-manager=galley-review', '-f', '-'],
    { input: JSON.stringify(object) },
  );
