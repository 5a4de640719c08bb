import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { chartToPackage } from '../../scripts/release/publish.ts';
import { CAPABILITIES, render } from './support/chart.js';
import { SWITCHES } from './support/switches.js';

const watched = render(
  {
    metrics: {
      serviceMonitor: { enabled: true },
      prometheusRule: {
        enabled: true,
        runbookUrl: 'https://gitlab.example.com/galley/galley/-/blob/main/docs/runbooks',
      },
      dashboard: { enabled: true },
    },
  },
  { capabilities: CAPABILITIES },
);
const groups = watched.one('PrometheusRule').spec.groups;
const alerts = groups.flatMap(({ rules }: any) => rules);
const names = alerts.map(({ alert }: any) => alert);

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'galley-alerts-'));
  writeFileSync(join(folder, 'rules.yaml'), JSON.stringify({ groups }));
});
afterAll(() => rmSync(folder, { recursive: true }));

function promtool(...args: string[]) {
  const { status, stdout, stderr, error } = spawnSync(process.env.GALLEY_PROMTOOL ?? 'promtool', args, {
    cwd: folder,
    encoding: 'utf8',
  });
  if (error) throw error;
  return { status, output: stdout + stderr };
}

describe('alerts', () => {
  it('are rules that Prometheus takes', () => {
    const { status, output } = promtool('check', 'rules', 'rules.yaml');
    expect(output).toContain(`SUCCESS: ${names.length} rules found`);
    expect(status).toBe(0);
  });

  it('fire when they should, and not otherwise', () => {
    copyFileSync('test/chart/alerts.test.yaml', join(folder, 'alerts.test.yaml'));
    const { status, output } = promtool('test', 'rules', 'alerts.test.yaml');
    expect(output).toContain('SUCCESS');
    expect(status).toBe(0);
  });

  it.each(names as string[])('%s is tested both ways', (name) => {
    const { tests } = load(readFileSync('test/chart/alerts.test.yaml', 'utf8')) as any;
    const cases = tests
      .flatMap(({ alert_rule_test }: any) => alert_rule_test)
      .filter(({ alertname }: any) => alertname === name)
      .map(({ exp_alerts }: any) => exp_alerts.length > 0);
    expect([cases.includes(true), cases.includes(false)]).toEqual([true, true]);
  });

  it.each(alerts as any[])(
    '$alert says what it is, how bad, and what to do',
    ({ alert, labels, annotations }) => {
      expect(['critical', 'warning']).toContain(labels.severity);
      expect(annotations).toMatchObject({ summary: expect.any(String), description: expect.any(String) });
      const [, page] = /^https:\/\/.*\/(docs\/runbooks\/.*\.md)$/.exec(annotations.runbook_url) ?? [];
      const runbook = readFileSync(page ?? '', 'utf8');
      expect(runbook).toMatch(new RegExp(`^# ${alert}\n`));
      for (const heading of ['## What it means', '## What to do']) expect(runbook).toContain(heading);
    },
  );

  it('link to the project and commit that packaged the chart, and otherwise to nothing', () => {
    const annotationsOf = (chart: string) =>
      render({ metrics: { prometheusRule: { enabled: true } } }, { capabilities: CAPABILITIES, chart })
        .one('PrometheusRule')
        .spec.groups.flatMap(({ rules }: any) => rules.map(({ annotations }: any) => annotations));
    for (const annotations of annotationsOf('charts/galley'))
      expect(Object.keys(annotations).sort()).toEqual(['description', 'summary']);
    const env = { CI_PROJECT_URL: 'https://gitlab.example.org/press/galley', CI_COMMIT_SHA: 'abc123' };
    expect(annotationsOf(chartToPackage(join(folder, 'packaged'), env))[0].runbook_url).toBe(
      'https://gitlab.example.org/press/galley/-/blob/abc123/docs/runbooks/HighErrorRate.md',
    );
  });

  it('look at this release alone', () => {
    for (const { expr } of alerts) {
      expect(expr).not.toMatch(/SELECTOR|SERVING/);
      for (const [selector] of expr.matchAll(/\{[^}]*\}/g))
        expect(selector).toContain('namespace="press",job="galley"');
    }
  });

  it('can be left out by name', () => {
    const [rule] = render(SWITCHES['all that watches'], { capabilities: CAPABILITIES }).all('PrometheusRule');
    expect(rule.metadata.labels.release).toBe('prometheus');
    const left = rule.spec.groups.flatMap(({ rules }: any) => rules.map(({ alert }: any) => alert));
    expect(left).toEqual(names.filter((name: string) => name !== 'HighResponseTime'));
  });
});

it('scrapes every track with the token of the Secret', () => {
  const { metadata, spec } = watched.one('ServiceMonitor');
  expect(metadata.labels).not.toHaveProperty('release');
  expect(spec).toEqual({
    selector: {
      matchLabels: {
        'app.kubernetes.io/name': 'galley',
        'app.kubernetes.io/instance': 'galley',
        'app.kubernetes.io/component': 'api',
      },
    },
    namespaceSelector: { matchNames: ['press'] },
    endpoints: [
      {
        port: 'http',
        path: '/metrics',
        interval: '15s',
        authorization: { credentials: { name: 'galley', key: 'METRICS_TOKEN' } },
      },
    ],
  });
  expect(watched.one('Service').metadata.labels).toMatchObject(spec.selector.matchLabels);
});

it('has a dashboard that Grafana finds', () => {
  const { metadata, data } = watched.one('ConfigMap', '-dashboard');
  expect(metadata.labels.grafana_dashboard).toBe('1');
  const { panels, time, refresh } = JSON.parse(data['galley.json']);
  expect([panels.length > 10, time.from, refresh]).toEqual([true, 'now-1h', '30s']);
  for (const { title, description, targets } of panels)
    expect([title, description, targets.length > 0]).toEqual([title, expect.any(String), true]);
});

it('watches nothing where the cluster does not know the kinds', () => {
  const { objects } = render(SWITCHES['all that watches']);
  expect(objects.filter(({ apiVersion }) => apiVersion.startsWith('monitoring'))).toEqual([]);
  expect(objects.filter(({ metadata }) => metadata.name.endsWith('-dashboard'))).toEqual([]);
});

it('watches nothing where nobody wants it, even in production', () => {
  const { objects } = render(SWITCHES['nothing that watches'], {
    environment: 'production',
    capabilities: CAPABILITIES,
  });
  expect(objects.map(({ kind }) => kind)).not.toEqual(
    expect.arrayContaining([expect.stringMatching(/ServiceMonitor|PrometheusRule/)]),
  );
  expect(objects.filter(({ metadata }) => metadata.name.endsWith('-dashboard'))).toEqual([]);
});
