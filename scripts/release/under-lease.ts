import { randomBytes } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { Kubectl } from './kubectl.ts';
import { Helm } from './helm.ts';
import { Lease } from './lease.ts';
import type { Say } from './say.ts';
import { type Cluster, RELEASE } from './target.ts';

interface Held {
  kubectl: Kubectl;
  helm: Helm;
}

/**
 * Runs `work` while it holds the lease of this release, and always releases the lease.
 * @param urgent ends a deploy that holds the lease
 */
export async function underLease<T>(
  target: Cluster,
  say: Say,
  work: (held: Held) => Promise<T>,
  { urgent = false, env = process.env } = {},
): Promise<T> {
  const kubectl = new Kubectl(target);
  const lease = new Lease(kubectl, RELEASE, whoAmI(env), say);
  await lease.acquire(Number(env.LEASE_PATIENCE_SECONDS || 1200), { urgent });
  try {
    return await work({ kubectl, helm: new Helm(target, lease) });
  } finally {
    await lease.release();
  }
}

/** Returns the name of the holder for waiting deploys: the URL of a job, or a user and a machine. */
function whoAmI(env: NodeJS.ProcessEnv): string {
  const who = env.CI_JOB_URL || `${userInfo().username}@${hostname()}`;
  return `${who} (${randomBytes(3).toString('hex')})`;
}
