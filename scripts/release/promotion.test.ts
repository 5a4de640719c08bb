import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aRelease, digest } from './test-releases.ts';
import { objections, whyOutdated } from './promotion.ts';

const release = aRelease();
const asked = (more: Partial<Parameters<typeof objections>[0]> = {}) =>
  objections({
    release,
    valuesHash: release.valuesHash,
    running: [release.image.digest],
    verified: { newestPipeline: release.pipeline },
    attested: [release],
    ...more,
  });

describe('production takes', () => {
  it('what staging runs and has proved', () => {
    assert.deepEqual(asked(), []);
  });

  it('the release that a reproducible build gave the image of an earlier one', () => {
    assert.deepEqual(asked({ attested: [aRelease({ pipeline: 1, chart: digest('0') }), release] }), []);
  });

  it('an older release when a reason is given, if it has its evidence', () => {
    const older = {
      allowOlder: 'the new one loses mail',
      running: [digest('f')],
      verified: { newestPipeline: 99 },
    };
    assert.deepEqual(asked(older), []);
    assert.match(asked({ ...older, attested: [] })[0] ?? '', /has no staging-passed evidence/);
  });
});

describe('production refuses', () => {
  const cases: [what: string, more: Parameters<typeof asked>[0], says: RegExp][] = [
    ['another digest than staging runs', { running: [digest('f')] }, /staging runs sha256:f+, not sha256:a+/],
    [
      'a staging that is still rolling',
      { running: [digest('a'), digest('f')] },
      /staging runs .* and .*, not/,
    ],
    ['an empty staging', { running: [] }, /staging runs nothing/],
    [
      'a changed chart',
      { attested: [aRelease({ chart: digest('0') })] },
      /does not cover this release, because the chart digest/,
    ],
    [
      'values that staging did not have when it passed',
      { attested: [aRelease({ values: digest('0') })] },
      /does not cover this release, because the hash of values\/common\.yaml/,
    ],
    [
      'common values that were changed after the build',
      { valuesHash: digest('0') },
      /values\/common\.yaml here .* is not that/,
    ],
    [
      'a mixture of two releases that passed',
      { attested: [aRelease({ chart: digest('0') }), aRelease({ values: digest('0') })] },
      /the combination of image, chart and values is different/,
    ],
    ['a staging that failed', { attested: [] }, /has no staging-passed evidence; verify:staging must pass/],
    [
      'an outdated pipeline',
      { verified: { newestPipeline: release.pipeline + 1 } },
      /pipeline 8 has passed staging since then, and this is pipeline 7/,
    ],
    ['a staging where nothing ever passed', { verified: undefined }, /nothing has passed staging yet/],
  ];
  for (const [what, more, says] of cases) {
    it(what, () => {
      const reasons = asked(more);
      assert.equal(reasons.length, 1, reasons.join('\n'));
      assert.match(reasons[0] ?? '', says);
    });
  }
});

describe('staging', () => {
  it('takes the next pipeline, the same one again, and the first of all', () => {
    for (const verified of [{ newestPipeline: 6 }, { newestPipeline: 7 }, undefined])
      assert.equal(whyOutdated(release, verified), undefined);
  });

  it('refuses one that was overtaken, also where an older one has passed since', () => {
    assert.match(
      whyOutdated(release, { newestPipeline: 8 }) ?? '',
      /pipeline 8 has passed staging since then, and this is pipeline 7.*--allow-older/,
    );
  });
});
