import { describe, expect, it } from '@jest/globals';
import { DIGEST, render } from './support/chart.js';
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

it('renders the defaults as they were', () =>
  expect(render().text.replace(/(newest-migration: ).*/, '$1(the newest)')).toMatchSnapshot());

describe('selectors', () => {
  it('are these for ever: Kubernetes refuses to change them', () => {
    const { spec } = render().one('Deployment');
    expect(spec.selector).toEqual({ matchLabels: STABLE });
    expect(spec.template.metadata.labels).toEqual(STABLE);
    expect(render().one('Service').spec.selector).toEqual(STABLE);
    expect(render().one('PodDisruptionBudget').spec.selector).toEqual({ matchLabels: STABLE });
  });

  it('find the pods whatever labels they get', () =>
    expect(
      render({ podLabels: { track: 'canary', team: 'press' } }).one('Deployment').spec.template.metadata
        .labels,
    ).toEqual({ ...STABLE, team: 'press' }));

  it('of no other pod are those of the Service', () => {
    for (const pod of [render().one('Job', '-migrate').spec.template, render().one('Pod', '-test')])
      expect(pod.metadata.labels['app.kubernetes.io/component']).not.toBe('api');
  });
});

describe('the image', () => {
  it('is the tag of the release, else the tag given, and the digest before both', () => {
    expect(render().container.image).toBe('galley:0.1.0');
    expect(render({ image: { tag: '1.2.3' } }).container.image).toBe('galley:1.2.3');
    const pinned = render({ image: { tag: '1.2.3', digest: DIGEST } });
    expect(pinned.container.image).toBe(`galley@${DIGEST}`);
    expect(pinned.one('Job', '-migrate').spec.template.spec.containers[0].image).toBe(`galley@${DIGEST}`);
    expect(pinned.one('Pod', '-test').spec.containers[0].image).toBe(`galley@${DIGEST}`);
    expect(pinned.one('ConfigMap').data).toMatchObject({ APP_VERSION: '0.1.0', APP_IMAGE_DIGEST: DIGEST });
  });

  it('comes from a private registry', () => {
    const { pod, container } = shown('a private registry');
    expect([pod.imagePullSecrets, container.imagePullPolicy]).toEqual([
      [{ name: 'registry-secret' }],
      'Always',
    ]);
  });
});

it('takes what a fork adds, in the migration and the tests too', () => {
  const forked = shown('forked');
  for (const pod of [
    forked.pod,
    forked.one('Job', '-migrate').spec.template.spec,
    forked.one('Pod', '-test').spec,
  ]) {
    expect(environment(pod.containers[0])).toMatchObject({ TZ: 'UTC' });
    expect(pod.volumes).toContainEqual(SWITCHES.forked.extraVolumes[0]);
    expect(pod.containers[0].volumeMounts).toContainEqual(SWITCHES.forked.extraVolumeMounts[0]);
  }
  expect(forked.pod.containers[1]).toEqual(SWITCHES.forked.extraContainers[0]);
  expect(forked.one('ConfigMap', '-more').data).toEqual({ a: 'b' });
});

it('goes by other names', () => {
  const { objects } = shown('other names');
  for (const { metadata } of objects) expect(metadata.name).toMatch(/^gazette/);
  expect(objects.find(({ kind }) => kind === 'Service').spec.selector['app.kubernetes.io/name']).toBe(
    'press',
  );
});

it('has an account without a token, another one, or the annotations of a cloud', () => {
  expect(render().one('ServiceAccount').automountServiceAccountToken).toBe(false);
  expect(render().pod.serviceAccountName).toBe('galley');
  const other = shown('another service account');
  expect([other.maybe('ServiceAccount'), other.pod.serviceAccountName]).toEqual([undefined, 'press']);
  expect(shown('an annotated service account').one('ServiceAccount').metadata.annotations).toEqual({
    'example.com/role': 'press',
  });
});
