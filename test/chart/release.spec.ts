import { readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES, render } from './support/chart.js';
import { SWITCHES, type Switch } from './support/switches.js';

const shown = (name: Switch, capabilities: string[] = []) => render(SWITCHES[name], { capabilities });
const migration = (name: Switch = 'as it comes') => shown(name).one('Job', '-migrate');

describe('the migration', () => {
  it('runs before each release, once, in time, and its log stays', () => {
    const { metadata, spec } = migration();
    expect(metadata.annotations).toEqual({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-delete-policy': 'before-hook-creation',
    });
    expect(spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 540 });
    expect(spec.ttlSecondsAfterFinished).toBeUndefined();
    const { restartPolicy, containers } = spec.template.spec;
    expect([restartPolicy, containers[0].args]).toEqual(['Never', ['galley', 'migrate']]);
    expect(migration().spec.activeDeadlineSeconds).toBeLessThan(600); // helm --timeout 10m
    expect(shown('no migration').maybe('Job', '-migrate')).toBeUndefined();
  });

  it('knows the owner of the schema, and its settings without the ConfigMap', () => {
    const [container] = migration('settings').spec.template.spec.containers;
    expect(container.envFrom).toBeUndefined();
    expect(container.env).toContainEqual({ name: 'LOG_LEVEL', value: 'debug' });
    expect(container.env).toContainEqual({
      name: 'DATABASE_MIGRATION_URL',
      valueFrom: { secretKeyRef: { name: 'galley', key: 'DATABASE_MIGRATION_URL', optional: true } },
    });
  });

  it.each(Object.keys(SWITCHES) as Switch[])(
    'needs nothing of the release that is not there yet: %s',
    (name) => {
      const { objects } = shown(name, CAPABILITIES);
      const job = objects.find(({ kind }) => kind === 'Job');
      if (!job) return expect(name).toBe('no migration');
      const ofRelease = objects
        .filter(({ metadata }) => !metadata.annotations?.['helm.sh/hook']?.includes('pre-install'))
        .filter(({ kind }) =>
          ['ConfigMap', 'Secret', 'ServiceAccount', 'PersistentVolumeClaim'].includes(kind),
        )
        .map(({ metadata }) => metadata.name);
      const named = [
        ...JSON.stringify(job.spec).matchAll(/"(?:name|serviceAccountName|claimName)":"([^"]+)"/g),
      ];
      const { existingSecret = 'galley' } = SWITCHES[name] as { existingSecret?: string };
      for (const [, used] of named) if (used !== existingSecret) expect(ofRelease).not.toContain(used);
    },
  );

  it('has a copy of the file of settings, made before it', () => {
    const file = shown('a file of settings');
    expect(file.one('ConfigMap', '-migrate-file').metadata.annotations).toEqual({
      'helm.sh/hook': 'pre-install,pre-upgrade',
      'helm.sh/hook-weight': '-1',
      'helm.sh/hook-delete-policy': 'before-hook-creation',
    });
    expect(file.one('Job', '-migrate').spec.template.spec.volumes).toContainEqual({
      name: 'config-file',
      configMap: { name: 'galley-migrate-file' },
    });
  });

  it('of the release is told by the newest one that it knows', () => {
    const newest = Math.max(...readdirSync('migrations').map((name) => parseInt(name) || 0));
    expect(render().one('Deployment').metadata.annotations['galley/newest-migration']).toMatch(
      new RegExp(`^[A-Z]\\w+${newest}$`),
    );
  });
});

describe('helm test', () => {
  it('examines the release through its Service, for all that is watched', () => {
    const { metadata, spec } = shown('a balancer of its own').one('Pod', '-test');
    expect(metadata.annotations['helm.sh/hook']).toBe('test');
    const { args, env, envFrom } = spec.containers[0];
    expect(args.slice(0, 4)).toEqual(['galley', 'doctor', '--url=http://galley:8080', '--series']);
    expect(args).toEqual(expect.arrayContaining(['http_requests_total', 'redis_up']));
    expect(envFrom).toEqual([{ configMapRef: { name: 'galley' } }]);
    expect(JSON.stringify(env)).not.toContain('DATABASE_MIGRATION_URL');
  });

  it('sends a stranger where policies are enforced, and only there', () => {
    expect(render().maybe('Pod', '-test-stranger')).toBeUndefined();
    const stranger = shown('enforced network policies').one('Pod', '-test-stranger');
    expect(stranger.metadata.labels).toBeUndefined();
    expect(stranger.spec.containers[0].args[2]).toContain('http://galley:80/health');
  });
});
