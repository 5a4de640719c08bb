import { type Release, whyNotCovered, whyOtherValues } from './evidence.ts';
import type { Verified } from './verified.ts';

interface Promotion {
  release: Release;
  /** The hash of the common values of the checkout. */
  valuesHash: string;
  /** The image digests of the running pods of staging. */
  running: string[];
  /** The content of galley-verified in staging. */
  verified: Pick<Verified, 'newestPipeline'> | undefined;
  /** The releases that are attested as staging-passed for this image. */
  attested: Release[];
  /**
   * The recorded reason for an emergency. Staging can then have a newer release, but the evidence is still
   * required.
   */
  allowOlder?: string;
}

/** Returns why this release cannot be deployed to production, or an empty list. */
export function objections(asked: Promotion): string[] {
  const { release, valuesHash, running, verified, attested, allowOlder } = asked;
  const reasons = [whyOtherValues(release, valuesHash) ?? []].flat();
  const uncovered = whyNotCovered(release, attested, 'staging-passed');
  if (uncovered) reasons.push(`${uncovered}; verify:staging must pass for it first`);
  if (allowOlder) return reasons;
  if (running.length !== 1 || running[0] !== release.image.digest)
    reasons.push(
      `staging runs ${running.join(' and ') || 'nothing'}, not ${release.image.digest}. Only the release that runs in staging can be deployed to production`,
    );
  if (!verified) reasons.push('nothing has passed staging yet');
  const outdated = whyOutdated(release, verified);
  if (outdated) reasons.push(outdated);
  return reasons;
}

/**
 * Returns why staging has a newer release, or undefined if it has not. A release that passed and was rolled back
 * also counts, because the solution is a newer pipeline.
 */
export function whyOutdated(release: Release, verified: Promotion['verified']): string | undefined {
  if (!verified || verified.newestPipeline <= release.pipeline) return undefined;
  return `pipeline ${verified.newestPipeline} has passed staging since then, and this is pipeline ${release.pipeline}. Deploy the newer one, or use --allow-older REASON`;
}
