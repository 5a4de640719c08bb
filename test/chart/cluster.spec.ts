import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CAPABILITIES, render } from './support/chart.js';
import { SWITCHES } from './support/switches.js';

const ENVIRONMENTS = [undefined, 'review', 'staging', 'production'];
const namespace = `chart-${process.pid}`;

function kubectl(args: string[], input = '') {
  const { status, stdout, stderr, error } = spawnSync('kubectl', args, {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) throw error;
  return { status, stdout, stderr };
}

const apply = (text: string) =>
  kubectl(
    [
      ...['apply', '--server-side', '--force-conflicts', '--dry-run=server', '--validate=strict'],
      ...['--namespace', namespace, '-f', '-'],
    ],
    text,
  );

const helm = (...values: string[]) =>
  spawnSync(
    process.env.GALLEY_HELM ?? 'helm',
    [
      ...['install', 'galley', 'charts/galley', '--namespace', namespace, '--dry-run=server'],
      ...['--set', 'trustProxy=1', '--set', 'networkPolicy.enabled=false'],
      ...['--set', 'serviceAccount.create=false', ...values],
    ],
    { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 },
  );

/** Runs only with KUBECONFIG, with a cluster that supports the kinds of Prometheus, the Gateway API and the VPA. */
(process.env.KUBECONFIG ? describe : describe.skip)('a real API server that enforces "restricted"', () => {
  beforeAll(() => {
    const labels = ['enforce', 'warn'].map((mode) => `pod-security.kubernetes.io/${mode}=restricted`);
    for (const args of [
      ['create', 'namespace', namespace],
      ['label', 'namespace', namespace, ...labels],
      ['create', 'serviceaccount', 'galley', '--namespace', namespace],
      ['create', 'serviceaccount', 'press', '--namespace', namespace],
      ['create', 'serviceaccount', 'gazette', '--namespace', namespace],
    ]) {
      const { status, stderr } = kubectl(args);
      if (status !== 0) throw new Error(stderr);
    }
  });
  afterAll(() => void kubectl(['delete', 'namespace', namespace, '--wait=false']));

  it.each(ENVIRONMENTS)('takes every switch without a warning, with values/%s', (environment) => {
    const texts = Object.values(SWITCHES).map(
      (values) => render(values, { environment, capabilities: CAPABILITIES }).text,
    );
    const { status, stderr, stdout } = apply(texts.join('\n---\n'));
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('pod/galley-test-stranger serverside-applied');
  });

  it('tells an operator what to do next', () => {
    const { stdout, stderr } = helm(
      '--set',
      'ingress.enabled=true',
      '--set',
      'ingress.hosts={api.example.com}',
    );
    expect(stderr).toBe('');
    for (const command of [
      `kubectl -n ${namespace} rollout status deployment/galley`,
      `helm test galley -n ${namespace} --logs`,
      `kubectl -n ${namespace} logs job/galley-migrate`,
      'galley user:create --email you@example.com --role admin',
      'curl http://api.example.com/api/v1/posts',
    ])
      expect(stdout).toContain(command);
    expect(helm().stdout).toContain(`kubectl -n ${namespace} port-forward service/galley 8080:80`);
  });

  it('would refuse a pod as root, and warn of its Deployment', () => {
    const { status, stderr } = apply(
      render({ podSecurityContext: { runAsNonRoot: false, runAsUser: 0 } }).text,
    );
    expect(status).not.toBe(0);
    expect(stderr).toMatch(/pods "galley-test" is forbidden: violates PodSecurity "restricted/);
    expect(stderr).toMatch(/Warning: would violate PodSecurity "restricted/);
  });
});
