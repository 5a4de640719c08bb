import { describe, expect, it } from '@jest/globals';
import { render } from './support/chart.js';
import { SWITCHES, type Switch } from './support/switches.js';

const shown = (name: Switch) => render(SWITCHES[name]);
const environment = (container: { env: { name: string; value?: string }[] }) =>
  Object.fromEntries(container.env.map(({ name, value }) => [name, value]));
const STABLE = {
  'app.kubernetes.io/name': 'galley',
  'app.kubernetes.io/instance': 'galley',
  'app.kubernetes.io/component': 'api',
  track: 'stable',
};

describe('a pod', () => {
  it('has its probes, and none but readiness and startup asks the database', () => {
    const { startupProbe, readinessProbe, livenessProbe } = render().container;
    const numbers = (delay: number, period: number, timeout: number, failures: number, path: string) => ({
      initialDelaySeconds: delay,
      periodSeconds: period,
      timeoutSeconds: timeout,
      failureThreshold: failures,
      httpGet: { path, port: 'http' },
    });
    expect(startupProbe).toEqual(numbers(10, 10, 5, 30, '/health/startup'));
    expect(readinessProbe).toEqual(numbers(5, 5, 3, 3, '/health/ready'));
    expect(livenessProbe).toEqual(numbers(30, 10, 5, 3, '/health/live'));
  });

  it('has time to leave routes, to drain and to be forced', () => {
    expect(render().pod.terminationGracePeriodSeconds).toBe(10 + 25 + 5);
    expect(shown('settings').pod.terminationGracePeriodSeconds).toBe(10 + 30 + 5);
    expect(render().container.lifecycle.preStop).toEqual({ sleep: { seconds: 10 } });
    expect(render({}, { kubernetes: '1.29.4' }).container.lifecycle.preStop).toEqual({
      exec: { command: ['sleep', '10'] },
    });
    const none = shown('no preStop');
    expect([none.container.lifecycle, none.pod.terminationGracePeriodSeconds]).toEqual([undefined, 30]);
    expect(render().one('Deployment').spec.strategy).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: 1, maxUnavailable: 0 },
    });
  });

  it.each([
    ['serves', render().pod],
    ['migrates', render().one('Job', '-migrate').spec.template.spec],
    ['tests', render().one('Pod', '-test').spec],
    ['is a stranger', render({ networkPolicy: { enforced: true } }).one('Pod', '-test-stranger').spec],
  ])('that %s is restricted, and has limits and no token', (_, pod) => {
    expect(pod.automountServiceAccountToken).toBe(false);
    expect(pod.securityContext).toMatchObject({
      runAsNonRoot: true,
      runAsUser: 1001,
      runAsGroup: 1001,
      fsGroup: 1001,
      seccompProfile: { type: 'RuntimeDefault' },
    });
    expect(pod.containers[0].securityContext).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    for (const side of ['requests', 'limits'])
      expect(Object.keys(pod.containers[0].resources[side]).sort()).toEqual(['cpu', 'memory']);
  });

  it('may write to /tmp alone, and not without end', () => {
    const { container, pod } = render({ tmpSizeLimit: '1Mi' });
    expect(container.volumeMounts).toEqual([{ name: 'tmp', mountPath: '/tmp' }]);
    expect(pod.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '1Mi' } }]);
  });

  it('is spread over zones and nodes, each revision by itself', () => {
    const spread = render().pod.topologySpreadConstraints;
    expect(spread.map(({ topologyKey, whenUnsatisfiable }: any) => [topologyKey, whenUnsatisfiable])).toEqual(
      [
        ['kubernetes.io/hostname', 'ScheduleAnyway'],
        ['topology.kubernetes.io/zone', 'ScheduleAnyway'],
      ],
    );
    for (const each of spread)
      expect(each).toMatchObject({
        maxSkew: 1,
        matchLabelKeys: ['pod-template-hash'],
        labelSelector: { matchLabels: STABLE },
      });
    const [zone, ...none] = shown('a hard spread').pod.topologySpreadConstraints;
    expect([zone.topologyKey, zone.whenUnsatisfiable, none]).toEqual([
      'topology.kubernetes.io/zone',
      'DoNotSchedule',
      [],
    ]);
  });

  it('goes where it is sent', () => {
    const { pod, objects } = shown('chosen nodes');
    const { nodeSelector, tolerations, affinity, priorityClassName } = SWITCHES['chosen nodes'];
    expect(pod).toMatchObject({ nodeSelector, tolerations, affinity, priorityClassName });
    expect(objects.find(({ kind }) => kind === 'Job').spec.template.spec).toMatchObject({ nodeSelector });
  });

  it('starts anew when its settings, their file or its secret change, and else not', () => {
    const annotations = (values: object) =>
      render(values).one('Deployment').spec.template.metadata.annotations;
    const before = annotations({});
    expect(annotations({ replicaCount: 7, service: { port: 81 } })).toEqual(before);
    for (const [key, values] of Object.entries({
      'checksum/config': { config: { LOG_LEVEL: 'debug' } },
      'galley/secret-revision': { secretRevision: '2' },
    })) {
      const after = annotations(values);
      expect(after[key]).not.toBe(before[key]);
      expect({ ...after, [key]: '' }).toEqual({ ...before, [key]: '' });
    }
    const [one, other] = ['LOG_LEVEL: debug', 'LOG_LEVEL: info'].map((configFile) =>
      annotations({ configFile }),
    );
    expect(one['checksum/config']).toBe(other['checksum/config']);
    expect(one['checksum/config-file']).not.toBe(other['checksum/config-file']);
    expect(annotations(SWITCHES['marked pods'])).toMatchObject({ 'example.com/team': 'press' });
  });
});

describe('settings', () => {
  it('that are secret come from the Secret by their keys, the owner of the schema not among them', () => {
    const { container } = shown('a rotated secret');
    const names = Object.keys(environment(container));
    expect(names).toEqual(
      expect.arrayContaining([
        'DATABASE_URL',
        'REDIS_URL',
        'JWT_SECRET',
        'JWT_REFRESH_SECRET',
        'METRICS_TOKEN',
      ]),
    );
    expect(names).not.toContain('DATABASE_MIGRATION_URL');
    for (const { name, valueFrom } of container.env)
      expect(valueFrom).toEqual({ secretKeyRef: { name: 'press-secrets', key: name, optional: true } });
  });

  it("names the database's authority beside its URL, unless a value does", () => {
    const named = (values: object) => Object.keys(environment(render(values).container));
    expect(named({})).toContain('DATABASE_SSL_CA');
    expect(named({ config: { DATABASE_SSL_CA: '/app/authority/ca.crt' } })).not.toContain('DATABASE_SSL_CA');
  });

  it('that are not come from the ConfigMap, or from a file that is mounted', () => {
    expect(shown('settings').one('ConfigMap').data).toEqual({
      APP_VERSION: '0.1.0',
      NODE_ENV: 'production',
      PORT: '3000',
      LOG_LEVEL: 'debug',
      SHUTDOWN_TIMEOUT_MS: '30000',
    });
    const file = shown('a file of settings');
    expect(file.one('ConfigMap').data.CONFIG_FILE).toBe('/app/config/config.yaml');
    expect(file.one('ConfigMap', '-file').data).toEqual({
      'config.yaml': SWITCHES['a file of settings'].configFile,
    });
    expect(file.pod.volumes).toContainEqual({ name: 'config-file', configMap: { name: 'galley-file' } });
    expect(file.container.volumeMounts).toContainEqual({
      name: 'config-file',
      mountPath: '/app/config',
      readOnly: true,
    });
  });
});
