import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES, render } from './support/chart.js';
import { SWITCHES, type Switch } from './support/switches.js';

const shown = (name: Switch, capabilities: string[] = []) => render(SWITCHES[name], { capabilities });
const RELEASE = { 'app.kubernetes.io/name': 'galley', 'app.kubernetes.io/instance': 'galley' };
const WORKER = { ...RELEASE, 'app.kubernetes.io/component': 'worker', track: 'stable' };
const tcp = (port: number | string) => [{ port, protocol: 'TCP' }];
const environment = (container: { env: { name: string; value?: string }[] }) =>
  Object.fromEntries(container.env.map(({ name, value }) => [name, value]));

const whole = shown('workers of their own', CAPABILITIES);
const deployment = whole.one('Deployment', '-worker');
const pod = deployment.spec.template.spec;
const [container] = pod.containers;

describe('workers of their own', () => {
  it('are absent by default, and every pod then does all', () => {
    const { objects, container } = render();
    expect(objects.filter(({ metadata }) => metadata.name.endsWith('-worker'))).toEqual([]);
    expect(environment(container)).not.toHaveProperty('PROCESS_ROLE');
  });

  it('run the jobs, and the other pods run none', () => {
    expect(environment(container)).toMatchObject({ PROCESS_ROLE: 'worker', JOBS_MAIL_CONCURRENCY: '10' });
    expect(environment(whole.container)).toMatchObject({ PROCESS_ROLE: 'api' });
    expect(environment(whole.container)).not.toHaveProperty('JOBS_MAIL_CONCURRENCY');
    expect(whole.one('ConfigMap').data).not.toHaveProperty('PROCESS_ROLE');
  });

  it('have the image, settings, secrets, probes and limits of the others, and receive no requests', () => {
    for (const field of [
      'image',
      'envFrom',
      'ports',
      'startupProbe',
      'readinessProbe',
      'livenessProbe',
      'volumeMounts',
    ])
      expect([field, container[field]]).toEqual([field, whole.container[field]]);
    for (const field of ['securityContext', 'serviceAccountName', 'automountServiceAccountToken', 'volumes'])
      expect([field, pod[field]]).toEqual([field, whole.pod[field]]);
    expect(container.securityContext).toEqual(whole.container.securityContext);
    expect(JSON.stringify(container.env)).not.toContain('DATABASE_MIGRATION_URL');
    expect(environment(container)).toHaveProperty('DATABASE_URL');
    expect(container.resources.requests).toEqual({ cpu: '100m', memory: '256Mi' });
    expect(whole.one('Service').spec.selector['app.kubernetes.io/component']).toBe('api');
    expect(whole.all('Service').filter(({ metadata }) => metadata.name.includes('worker'))).toEqual([]);
  });

  it('have a selector for ever, and their number', () => {
    expect(deployment.spec.selector).toEqual({ matchLabels: WORKER });
    expect(deployment.spec.template.metadata.labels).toEqual(WORKER);
    expect(pod.topologySpreadConstraints[0].labelSelector.matchLabels).toEqual(WORKER);
    expect(deployment.spec.replicas).toBe(2);
    expect(deployment.metadata.annotations['galley/newest-migration']).toBe(
      whole.one('Deployment').metadata.annotations['galley/newest-migration'],
    );
  });

  it('are replaced after new ones are ready, and have time for their jobs', () => {
    expect(deployment.spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
    expect(container.lifecycle).toBeUndefined();
    expect(pod.terminationGracePeriodSeconds).toBe(60 + 5);
    expect(
      shown('scaled workers').one('Deployment', '-worker').spec.template.spec.terminationGracePeriodSeconds,
    ).toBe(25 + 5);
    expect(whole.pod.terminationGracePeriodSeconds).toBe(10 + 25 + 5);
  });

  it('start anew when a setting changes', () => {
    const annotations = (config: object) =>
      render({
        ...SWITCHES['scaled workers'],
        config: { ...SWITCHES['scaled workers'].config, ...config },
      }).one('Deployment', '-worker').spec.template.metadata.annotations;
    expect(annotations({ LOG_LEVEL: 'debug' })).not.toEqual(annotations({}));
  });

  it('shrink by one at a drain', () => {
    expect(whole.one('PodDisruptionBudget', '-worker').spec).toMatchObject({
      maxUnavailable: 1,
      selector: { matchLabels: WORKER },
    });
    expect(shown('scaled workers').maybe('PodDisruptionBudget', '-worker')).toBeUndefined();
    expect(whole.one('PodDisruptionBudget').spec.selector.matchLabels['app.kubernetes.io/component']).toBe(
      'api',
    );
  });

  it('are called by Prometheus alone, and may call what no other pod may', () => {
    const { podSelector, policyTypes, ingress, egress } = whole.one('NetworkPolicy', '-worker').spec;
    expect(podSelector.matchLabels).toEqual({ ...RELEASE, 'app.kubernetes.io/component': 'worker' });
    expect(policyTypes).toEqual(['Ingress', 'Egress']);
    const monitoring = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } },
    };
    expect(ingress).toEqual([{ from: [monitoring], ports: tcp('http') }]);
    expect(egress).toEqual(SWITCHES['workers of their own'].worker.extraEgress);
    expect(JSON.stringify(whole.one('NetworkPolicy', '-egress'))).not.toContain('"port":443');
    const silent = { ...SWITCHES['scaled workers'], networkPolicy: { monitoring: { from: [] } } };
    expect(render(silent).one('NetworkPolicy', '-worker').spec).toMatchObject({ ingress: [], egress: [] });
    expect(render({ ...silent, networkPolicy: { enabled: false } }).all('NetworkPolicy')).toEqual([]);
  });

  it('scale by CPU, and by the age of the next job where a metrics adapter knows it', () => {
    expect(whole.maybe('HorizontalPodAutoscaler', '-worker')).toBeUndefined();
    const scaled = shown('scaled workers', CAPABILITIES);
    const { spec } = scaled.one('HorizontalPodAutoscaler', '-worker');
    expect(scaled.one('Deployment', '-worker').spec).not.toHaveProperty('replicas');
    expect([spec.minReplicas, spec.maxReplicas, spec.scaleTargetRef.name]).toEqual([1, 4, 'galley-worker']);
    expect(spec.metrics.map(({ type }: any) => type)).toEqual(['ContainerResource', 'Pods']);
    expect(spec.metrics[1].pods).toEqual({
      metric: { name: 'jobs_oldest_seconds' },
      target: { type: 'AverageValue', averageValue: '30' },
    });
    expect(shown('scaled workers').one('HorizontalPodAutoscaler', '-worker').spec.metrics).toHaveLength(1);
  });

  it('are scraped as a job of their own, which the alerts and the recommendations include', () => {
    const { metadata, spec } = whole.one('PodMonitor', '-worker');
    expect(metadata.labels.release).toBe('prometheus');
    expect(deployment.spec.template.metadata.labels).toMatchObject(spec.selector.matchLabels);
    expect(spec.podMetricsEndpoints).toEqual([
      {
        port: 'http',
        path: '/metrics',
        interval: '15s',
        relabelings: [{ targetLabel: 'job', replacement: 'galley-worker' }],
        authorization: { credentials: { name: 'galley', key: 'METRICS_TOKEN' } },
      },
    ]);
    const rules = whole.one('PrometheusRule').spec.groups.flatMap(({ rules }: any) => rules);
    for (const { alert, expr } of rules)
      expect([alert, expr]).toEqual([
        alert,
        expect.stringContaining(alert === 'NothingAnswers' ? 'job="galley"' : 'job=~"galley|galley-worker"'),
      ]);
    expect(whole.all('VerticalPodAutoscaler').map(({ metadata: { name } }) => name)).toEqual([
      'galley',
      'galley-worker',
    ]);
  });
});
