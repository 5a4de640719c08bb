import type { Kubectl } from './kubectl.ts';
import type { Container, Deployment, Pod, PodSpec } from './kubernetes.ts';
import { RELEASE } from './target.ts';
import { Refusal } from './refusal.ts';

/** The container of the product in a pod. */
const CONTAINER = 'galley';

export function findDeployment(kubectl: Kubectl): Promise<Deployment | undefined> {
  return kubectl.get('deployment', RELEASE);
}

/** Returns the container of the product in the spec of a pod or a template. */
export function productContainer(spec: PodSpec): Container {
  const found = spec.containers.find(({ name }) => name === CONTAINER) ?? spec.containers[0];
  if (!found) throw new Refusal('a pod has no container');
  return found;
}

/** @returns the distinct digests of the Deployment and its pods; there are several during a rollout */
export async function runningDigests(kubectl: Kubectl): Promise<string[]> {
  const deployment = await findDeployment(kubectl);
  if (!deployment) return [];
  const pods = await kubectl.list('pods', deployment.spec.selector.matchLabels);
  const specs = [deployment.spec.template.spec, ...pods.filter(isAlive).map(({ spec }) => spec)];
  return [...new Set(specs.map((spec) => digestOf(productContainer(spec).image)))];
}

const isAlive = ({ metadata, status }: Pod) => !metadata.deletionTimestamp && status.phase === 'Running';

function digestOf(image: string): string {
  const [, digest] = image.split('@');
  if (!digest) throw new Refusal(`a pod runs ${image}, which is a tag and not a digest`);
  return digest;
}
