import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { chartSbom } from './attest.ts';
import { judgeAudit } from './audit.ts';
import { comparable, diffManifests } from './diff.ts';
import { overBudget, summarize } from './load.ts';
import { notes } from './notes.ts';
import { versionOf } from './publish.ts';
import { aRelease } from './test-releases.ts';

const advisory = (id: string, severity: string) => ({
  url: `https://github.com/advisories/${id}`,
  severity,
  title: 'a hole',
  name: 'pkg',
});
const report = (...via: ReturnType<typeof advisory>[]) => ({
  vulnerabilities: { pkg: { via }, parent: { via: ['pkg'] } },
});
const today = '2026-11-21';

describe('the audit', () => {
  it('fails for high and critical, and not for less', () => {
    assert.deepEqual(judgeAudit(report(advisory('GHSA-1', 'moderate')), [], today).faults, []);
    assert.deepEqual(judgeAudit(report(advisory('GHSA-1', 'high')), [], today).faults, [
      'pkg: a hole (high, GHSA-1)',
    ]);
  });

  it('lets an exception pass until its day, and then fails for the hole and the exception', () => {
    const exception = { id: 'GHSA-1', reason: 'not reachable', expires: today };
    const found = report(advisory('GHSA-1', 'critical'));
    assert.deepEqual(judgeAudit(found, [exception], today).faults, []);
    assert.equal(judgeAudit(found, [exception], '2026-11-22').faults.length, 2);
  });

  it('wants a reason and a day of every exception', () => {
    assert.match(
      judgeAudit(report(), [{ id: 'GHSA-1' }], today).faults[0] ?? '',
      /GHSA-1 requires id .* reason and expires/,
    );
  });
});

describe('a load', () => {
  const outcomes = Array.from({ length: 100 }, (_, n) => ({ status: 200, ms: n + 1 }));

  it('is told by its quantiles', () => {
    assert.deepEqual(summarize(outcomes), {
      requests: 100,
      errors: 0,
      p50: 51,
      p95: 96,
      p99: 100,
      statuses: { 200: 100 },
    });
  });

  it('is over its budget when too much fails, when it is slow, and when nothing was asked', () => {
    const budget = { errorRatio: 0.01, p95Ms: 100 };
    assert.deepEqual(overBudget(summarize(outcomes), budget), []);
    assert.match(
      overBudget(
        summarize([...outcomes.slice(2), { status: 503, ms: 1 }, { status: 503, ms: 1 }]),
        budget,
      )[0] ?? '',
      /2 of 100 requests failed .*503: 2/,
    );
    assert.match(
      overBudget(summarize(outcomes), { ...budget, p95Ms: 95 })[0] ?? '',
      /p95 was 96 ms, and the budget is 95 ms/,
    );
    assert.deepEqual(overBudget(summarize([]), budget), ['nothing was asked']);
  });

  it('names the rate limit when that is what refused', () => {
    assert.match(
      overBudget(summarize([{ status: 429, ms: 1 }]), { errorRatio: 0, p95Ms: 9 })[0] ?? '',
      /Increase the limits/,
    );
  });
});

describe('the diff', () => {
  it('shows what changes and nothing else', async () => {
    const before = '---\n# Source: a\nkind: A\nspec: 1\n---\nkind: B\n';
    assert.equal(await diffManifests(before, '---\nkind: B\n---\n# Source: a\nkind: A\nspec: 1\n'), '');
    assert.match(await diffManifests(before, before.replace('spec: 1', 'spec: 2')), /^-spec: 1\n\+spec: 2$/m);
  });

  it('never has a Secret', () => {
    assert.equal(
      comparable('---\nkind: Secret\ndata: { password: aHVudGVyMg== }\n---\nkind: A\n'),
      'kind: A\n',
    );
  });
});

it("a version says the coming number, the pipeline and the commit, and is one of Helm's", () => {
  assert.equal(versionOf({ version: '1.2.0', pipeline: 7, commit: 'abcdef0123456789' }), '1.2.0-7.gabcdef01');
});

it('the bill of materials of a chart names the image by its digest', () => {
  const [part] = chartSbom(aRelease()).components;
  assert.deepEqual([part?.type, part?.version], ['container', aRelease().image.digest]);
});

it("the release's page has both digests, what was proved and what changes", () => {
  const release = {
    ...aRelease(),
    passed: [{ environment: 'staging', at: '2026-11-21', job: 'https://gitlab.test/1' }],
  };
  const page = notes(
    release,
    'v1.2.0',
    '# Changelog\n\n## [1.2.0] - 2026-11-21\n\n- Faster.\n\n## [1.1.0]\n\n- Older.\n',
  );
  for (const part of [
    release.image.digest,
    release.chart.digest,
    release.valuesHash,
    '- Faster.',
    'https://gitlab.test/1',
  ])
    assert.ok(page.includes(part), part);
  assert.ok(!page.includes('Older'));
});
