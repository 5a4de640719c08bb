import { RELEASE } from './target.ts';
import { Refusal } from './refusal.ts';

/** The container of the pod that is the product. */
export const CONTAINER = 'galley';

export async function findDeployment(kubectl) {
  return kubectl.get('deployment', RELEASE);
}

/** The container that is the product, of a pod's or a template's spec. */
export function productContainer(spec) {
  return spec.containers.find(({ name }) => name === CONTAINER) ?? spec.containers[0];
}

/** @returns the digests that the Deployment wants and its pods have, each once; more than one while it rolls */
export async function runningDigests(kubectl) {
  const deployment = await findDeployment(kubectl);
  if (!deployment) return [];
  const pods = await kubectl.list('pods', deployment.spec.selector.matchLabels);
  const specs = [deployment.spec.template.spec, ...pods.filter(isAlive).map(({ spec }) => spec)];
  return [...new Set(specs.map((spec) => digestOf(productContainer(spec).image)))];
}

const isAlive = ({ metadata, status }) => !metadata.deletionTimestamp && status.phase === 'Running';

function digestOf(image) {
  const [, digest] = image.split('@');
  if (!digest) throw new Refusal(`a pod runs ${image}, which is a tag and not a digest`);
  return digest;
}
