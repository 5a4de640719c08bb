import { type Release, whyNotCovered, whyOtherValues } from './evidence.ts';
import type { Verified } from './verified.ts';

interface Promotion {
  release: Release;
  /** The hash of the common values here. */
  valuesHash: string;
  /** The image digests that staging's pods run now. */
  running: string[];
  /** What staging's galley-verified says. */
  verified: Pick<Verified, 'newestPipeline'> | undefined;
  /** The releases that are attested as staging-passed for this image. */
  attested: Release[];
  /** The recorded reason of an emergency: staging may have moved on, the evidence stays required. */
  allowOlder?: string;
}

/** Why this release may not go to production; empty when it may. */
export function objections(asked: Promotion): string[] {
  const { release, valuesHash, running, verified, attested, allowOlder } = asked;
  const reasons = [whyOtherValues(release, valuesHash) ?? []].flat();
  const uncovered = whyNotCovered(release, attested, 'staging-passed');
  if (uncovered) reasons.push(`${uncovered}; verify:staging has to pass for it first`);
  if (allowOlder) return reasons;
  if (running.length !== 1 || running[0] !== release.image.digest)
    reasons.push(
      `staging runs ${running.join(' and ') || 'nothing'}, not ${release.image.digest}: only what runs in staging goes to production`,
    );
  if (!verified) reasons.push('nothing has passed staging yet');
  const outdated = whyOutdated(release, verified);
  if (outdated) reasons.push(outdated);
  return reasons;
}

/**
 * Why this release has been overtaken in staging; undefined when it has not. What
 * passed and was rolled back counts too: the way out of it is a newer pipeline.
 */
export function whyOutdated(release: Release, verified: Promotion['verified']): string | undefined {
  if (!verified || verified.newestPipeline <= release.pipeline) return undefined;
  return `pipeline ${verified.newestPipeline} has passed staging since, and this is pipeline ${release.pipeline}: deploy the newer one, or give --allow-older REASON`;
}
