import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Refusal } from './refusal.ts';
import { COMMON_VALUES } from './target.ts';

/** An artifact in a registry, by its digest. */
export interface Artifact {
  repository: string;
  digest: string;
}

/** The record that a release has passed an environment. */
export interface Passed {
  environment: string;
  at: string;
  revision?: number;
  /** The URL of the job, or null on a laptop. */
  job: string | null;
}

export interface Release {
  format: 'galley-release/1';
  version: string;
  commit: string;
  /** The number of the pipeline in its project. A newer pipeline has a higher number. */
  pipeline: number;
  createdAt: string;
  image: Artifact;
  chart: Artifact;
  /** The hash of values/common.yaml. */
  valuesHash: string;
  passed: Passed[];
}

/** The artifacts of a review, which are not signed. */
export type Reviewed = Pick<Release, 'version' | 'pipeline' | 'image'>;

export type Evidence = keyof typeof EVIDENCE;

/** The types of attestations. The predicate is always a release. */
export const EVIDENCE = {
  release: 'urn:galley:release',
  'staging-passed': 'urn:galley:staging-passed',
  'production-passed': 'urn:galley:production-passed',
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/**
 * Returns the hash of the values that staging and production share, so that exactly the verified values are
 * deployed.
 */
export function hashCommonValues(path = COMMON_VALUES) {
  return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/**
 * Returns the content of release.json: one release, its digests, and its results. This is the only format of
 * evidence.
 */
export function newRelease(made: Omit<Release, 'format' | 'passed'>): Release {
  const { version, commit, pipeline, image, chart, valuesHash, createdAt } = made;
  const release: Release = {
    format: 'galley-release/1',
    version,
    commit,
    pipeline,
    createdAt,
    image,
    chart,
    valuesHash,
    passed: [],
  };
  return checkRelease(release, 'the new release');
}

export function readRelease(path: string): Release {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Refusal(
      `${path} does not exist. It is an artifact of the build job of the pipeline, and on the page of every release`,
    );
  }
  try {
    return checkRelease(JSON.parse(text) as Partial<Release>, path);
  } catch (error) {
    throw error instanceof SyntaxError ? new Refusal(`${path} is not JSON: ${error.message}`) : error;
  }
}

/** @param release a release from another source, so any of its fields can be absent or invalid */
function checkRelease(release: Partial<Release>, where: string): Release {
  const isDigest = (value = '') => DIGEST.test(value);
  const { pipeline = -1, chart } = release;
  const wants: [field: string, holds: boolean, what: string][] = [
    ['format', release.format === 'galley-release/1', 'galley-release/1'],
    ['version', typeof release.version === 'string' && release.version !== '', 'the version of the chart'],
    ['pipeline', Number.isSafeInteger(pipeline) && pipeline >= 0, 'the number of a pipeline'],
    ['image.repository', typeof release.image?.repository === 'string', 'a repository'],
    ['image.digest', isDigest(release.image?.digest), 'sha256: and 64 hex digits'],
    ['chart.repository', /^oci:\/\//.test(chart?.repository ?? ''), 'oci://…'],
    ['chart.digest', isDigest(chart?.digest), 'sha256: and 64 hex digits'],
    ['valuesHash', isDigest(release.valuesHash), 'sha256: and 64 hex digits'],
    ['passed', Array.isArray(release.passed), 'a list'],
  ];
  const faults = wants.filter(([, holds]) => !holds).map(([field, , what]) => `${field} must be ${what}`);
  if (faults.length > 0) throw new Refusal(`${where} is not a release: ${faults.join('; ')}`);
  return release as Release;
}

/** Returns the same release with one more result. */
export function withPassed(release: Release, entry: Passed): Release {
  return { ...release, passed: [...release.passed, entry] };
}

/**
 * Returns why none of the attested releases is this one, or undefined if one is. The same image may have been
 * attested with another chart or other values before.
 */
export function whyNotCovered(release: Release, attested: Release[], what: Evidence): string | undefined {
  if (attested.length === 0) return `the image ${release.image.digest} has no ${what} evidence`;
  const differs = (field: string, of: (one: Release) => string) =>
    attested.every((one) => of(one) !== of(release)) && field;
  const { image, chart, valuesHash } = release;
  if (
    attested.some(
      (one) =>
        one.image.digest === image.digest &&
        one.chart.digest === chart.digest &&
        one.valuesHash === valuesHash,
    )
  )
    return undefined;
  const fields = [
    differs('the image digest', (one) => one.image.digest),
    differs('the chart digest', (one) => one.chart.digest),
    differs('the hash of values/common.yaml', (one) => one.valuesHash),
  ].filter(Boolean);
  return `the ${what} evidence does not cover this release, because ${fields.join(' and ') || 'the combination of image, chart and values'} is different`;
}

/** Returns why the values of the checkout are not those of the release, or undefined if they are. */
export function whyOtherValues(release: Release, valuesHash: string): string | undefined {
  if (valuesHash === release.valuesHash) return undefined;
  return `values/common.yaml here (${valuesHash}) is not that of the release (${release.valuesHash}). Check out ${release.commit || 'its commit'}`;
}

/** Returns the description of a release in helm history. Two releases can have the same image. */
export const describe = ({ version, pipeline }: Pick<Release, 'version' | 'pipeline'>): string =>
  `${version}, pipeline ${pipeline}`;
