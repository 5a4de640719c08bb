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

/** Does `work` as the only one that changes this release, and lets go of it whatever happens. */
export async function underLease<T>(
  target: Cluster,
  say: Say,
  work: (held: Held) => Promise<T>,
  env = process.env,
): Promise<T> {
  const kubectl = new Kubectl(target);
  const lease = new Lease(kubectl, RELEASE, whoAmI(env), say);
  await lease.acquire(Number(env.LEASE_PATIENCE_SECONDS || 1200));
  try {
    return await work({ kubectl, helm: new Helm(target, lease) });
  } finally {
    await lease.release();
  }
}

/** Whom the next deploy waits for: a job's address, or a person at a machine. */
function whoAmI(env: NodeJS.ProcessEnv): string {
  const who = env.CI_JOB_URL || `${userInfo().username}@${hostname()}`;
  return `${who} (${randomBytes(3).toString('hex')})`;
}
