import { existsSync } from 'node:fs';
import { Refusal } from './refusal.ts';

export const ENVIRONMENTS = ['review', 'staging', 'production'] as const;

export type Environment = (typeof ENVIRONMENTS)[number];

/** Where kubectl and Helm are sent. */
export interface Cluster {
  /** A path. */
  kubeconfig: string;
  namespace: string;
}

export interface Target extends Cluster {
  environment: Environment;
  /** Files of values, the later before the earlier. */
  values: string[];
}

/** The name of the Helm release, and so of its Deployment and Service, in every namespace. */
export const RELEASE = 'galley';

export const COMMON_VALUES = 'values/common.yaml';

/**
 * Where an environment is: its cluster, namespace and values.
 * KUBECONFIG_STAGING beats KUBECONFIG, so that one laptop may know both.
 */
export function findTarget(environment: Environment, env = process.env): Target {
  const kubeconfig = env[`KUBECONFIG_${environment.toUpperCase()}`] || env.KUBECONFIG;
  if (!kubeconfig)
    throw new Refusal(
      `KUBECONFIG is not set: the path of a kubeconfig for ${environment} (KUBECONFIG_${environment.toUpperCase()} is read first)`,
    );
  if (!existsSync(kubeconfig))
    throw new Refusal(
      `KUBECONFIG names ${kubeconfig}, which is not there: in GitLab the variable has to be of type File`,
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
      'NAMESPACE is not set, and there is no merge request to name it after (CI_MERGE_REQUEST_IID)',
    );
  return `galley-review-${env.CI_MERGE_REQUEST_IID}`;
}
