import { existsSync } from 'node:fs';
import { Refusal } from './refusal.ts';

export const ENVIRONMENTS = ['review', 'staging', 'production'] as const;

export type Environment = (typeof ENVIRONMENTS)[number];

/** The cluster of kubectl and Helm. */
export interface Cluster {
  /** The path of the kubeconfig. */
  kubeconfig: string;
  namespace: string;
}

export interface Target extends Cluster {
  environment: Environment;
  /** The values files, with the highest priority last. */
  values: string[];
}

/** The name of the Helm release, and therefore of its Deployment and Service, in every namespace. */
export const RELEASE = 'galley';

export const COMMON_VALUES = 'values/common.yaml';

/**
 * Returns the cluster, namespace and values of an environment.
 * KUBECONFIG_STAGING takes precedence over KUBECONFIG, so that one laptop can use both.
 */
export function findTarget(environment: Environment, env = process.env): Target {
  const kubeconfig = env[`KUBECONFIG_${environment.toUpperCase()}`] || env.KUBECONFIG;
  if (!kubeconfig)
    throw new Refusal(
      `KUBECONFIG is not set. It must be the path of a kubeconfig for ${environment} (KUBECONFIG_${environment.toUpperCase()} takes precedence)`,
    );
  if (!existsSync(kubeconfig))
    throw new Refusal(
      `KUBECONFIG names ${kubeconfig}, which does not exist. In GitLab, the variable must have the type File`,
    );
  const namespace =
    env.NAMESPACE || (environment === 'review' ? reviewNamespace(env) : `galley-${environment}`);
  return {
    environment,
    kubeconfig,
    namespace,
    values: [COMMON_VALUES, `values/${environment}.yaml`],
  };
}

function reviewNamespace(env: NodeJS.ProcessEnv): string {
  if (!env.CI_MERGE_REQUEST_IID)
    throw new Refusal(
      'NAMESPACE is not set, and there is no merge request from which to derive it (CI_MERGE_REQUEST_IID)',
    );
  return `galley-review-${env.CI_MERGE_REQUEST_IID}`;
}
