import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Refusal } from './refusal.ts';
import { COMMON_VALUES } from './target.ts';

/** What an attestation is about; its predicate always is a release. */
export const EVIDENCE = {
  release: 'urn:galley:release',
  'staging-passed': 'urn:galley:staging-passed',
  'production-passed': 'urn:galley:production-passed',
};

const DIGEST = /^sha256:[0-9a-f]{64}$/;

/** The hash of the values that staging and production share, so that what was verified is what is deployed. */
export function hashCommonValues(path = COMMON_VALUES) {
  return `sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;
}

/** release.json: one release, its digests, and what has been found out about it. The one format of evidence. */
export function newRelease({ version, commit, pipeline, image, chart, valuesHash, createdAt }) {
  const release = {
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

export function readRelease(path) {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new Refusal(
      `${path} is not there: it is an artifact of the pipeline's build job, and on the page of every release`,
    );
  }
  try {
    return checkRelease(JSON.parse(text), path);
  } catch (error) {
    throw error instanceof SyntaxError ? new Refusal(`${path} is not JSON: ${error.message}`) : error;
  }
}

function checkRelease(release, where) {
  const wants = [
    ['format', release.format === 'galley-release/1', 'galley-release/1'],
    ['version', typeof release.version === 'string' && release.version !== '', 'the version of the chart'],
    ['pipeline', Number.isSafeInteger(release.pipeline) && release.pipeline >= 0, 'the number of a pipeline'],
    ['image.repository', typeof release.image?.repository === 'string', 'a repository'],
    ['image.digest', DIGEST.test(release.image?.digest), 'sha256: and 64 hex digits'],
    ['chart.repository', /^oci:\/\//.test(release.chart?.repository), 'oci://…'],
    ['chart.digest', DIGEST.test(release.chart?.digest), 'sha256: and 64 hex digits'],
    ['valuesHash', DIGEST.test(release.valuesHash), 'sha256: and 64 hex digits'],
    ['passed', Array.isArray(release.passed), 'a list'],
  ];
  const faults = wants.filter(([, holds]) => !holds).map(([field, , what]) => `${field} must be ${what}`);
  if (faults.length > 0) throw new Refusal(`${where} is not a release: ${faults.join('; ')}`);
  return release;
}

/** The same release, with one more thing known about it. */
export function withPassed(release, entry) {
  return { ...release, passed: [...release.passed, entry] };
}

/**
 * Why none of the attested releases is this one; undefined when one is. The same
 * image may have been attested with another chart or other values before.
 */
export function whyNotCovered(release, attested, what) {
  if (attested.length === 0) return `the image ${release.image.digest} has no ${what} evidence`;
  const differs = (field, of) => attested.every((one) => of(one) !== of(release)) && field;
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
  return `the ${what} evidence does not cover this release: ${fields.join(' and ') || 'the combination of image, chart and values'} is another`;
}

/** Why the values here are not those of the release; undefined when they are. */
export function whyOtherValues(release, valuesHash) {
  if (valuesHash === release.valuesHash) return undefined;
  return `values/common.yaml here (${valuesHash}) is not the one of the release (${release.valuesHash}): check out ${release.commit || 'its commit'}`;
}

/** How a release is called in helm history: two may have one image. */
export const describe = ({ version, pipeline }) => `${version}, pipeline ${pipeline}`;
