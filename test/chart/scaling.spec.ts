import { describe, expect, it } from '@jest/globals';
import { CAPABILITIES, render } from './support/chart.js';
import { SWITCHES, type Switch } from './support/switches.js';

const shown = (name: Switch, capabilities: string[] = []) => render(SWITCHES[name], { capabilities });

describe('the number of pods', () => {
  it('belongs to the autoscaler, and the Deployment says nothing of it', () => {
    const both = render();
    expect(both.one('Deployment').spec).not.toHaveProperty('replicas');
    const { spec } = both.one('HorizontalPodAutoscaler');
    expect([spec.minReplicas, spec.maxReplicas]).toEqual([3, 10]);
    expect(spec.behavior).toEqual({
      scaleUp: {
        stabilizationWindowSeconds: 60,
        selectPolicy: 'Max',
        policies: [
          { type: 'Percent', value: 100, periodSeconds: 15 },
          { type: 'Pods', value: 2, periodSeconds: 60 },
        ],
      },
      scaleDown: {
        stabilizationWindowSeconds: 300,
        policies: [{ type: 'Percent', value: 10, periodSeconds: 60 }],
      },
    });
    const fixed = shown('a fixed number of replicas');
    expect(fixed.one('Deployment').spec.replicas).toBe(4);
    expect(fixed.maybe('HorizontalPodAutoscaler')).toBeUndefined();
  });

  it('is reached before an install ends, and an upgrade does not wait for it', () => {
    const job = render().one('Job', '-replicas');
    expect(job.metadata.annotations).toEqual({
      'helm.sh/hook': 'post-install',
      'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded',
    });
    const { containers, restartPolicy } = job.spec.template.spec;
    expect([restartPolicy, job.spec.backoffLimit]).toEqual(['Never', 0]);
    expect(containers[0].args[2]).toContain('const fewest = 3;');
    expect(containers[0].args[2]).toContain("lookup('galley-replicas'");
    const pods = render().one('Service', '-replicas');
    expect([pods.spec.clusterIP, pods.spec.selector]).toEqual([
      'None',
      render().one('Service').spec.selector,
    ]);
    expect(pods.metadata.annotations['helm.sh/hook']).toBe('post-install');
    for (const name of ['a fixed number of replicas', 'a single replica'] as const)
      expect(shown(name).maybe('Job', '-replicas')).toBeUndefined();
    expect(render({ autoscaling: { minReplicas: 1 } }).maybe('Job', '-replicas')).toBeUndefined();
  });

  it('follows CPU, and requests per second where a metrics adapter knows them', () => {
    const metrics = (name: Switch, capabilities: string[]) =>
      shown(name, capabilities).one('HorizontalPodAutoscaler').spec.metrics;
    const cpu = {
      type: 'ContainerResource',
      containerResource: {
        name: 'cpu',
        container: 'galley',
        target: { type: 'Utilization', averageUtilization: 70 },
      },
    };
    expect(metrics('as it comes', [])).toEqual([cpu]);
    expect(metrics('as it comes', CAPABILITIES)).toEqual([
      cpu,
      {
        type: 'Pods',
        pods: {
          metric: { name: 'requests_per_second' },
          target: { type: 'AverageValue', averageValue: '100' },
        },
      },
    ]);
    expect(metrics('scaling by CPU alone', CAPABILITIES)).toEqual([cpu]);
  });

  it('shrinks by one at a drain, and a single pod does not block it', () => {
    expect(render().one('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
    expect(shown('a single replica').maybe('PodDisruptionBudget')).toBeUndefined();
    expect(render({ autoscaling: { minReplicas: 1 } }).maybe('PodDisruptionBudget')).toBeUndefined();
    expect(shown('no disruption budget').maybe('PodDisruptionBudget')).toBeUndefined();
    expect(shown('a fixed number of replicas').one('PodDisruptionBudget').spec.maxUnavailable).toBe(1);
  });

  it('and their size are never changed by the vertical autoscaler', () => {
    const { spec } = shown('recommended resources', CAPABILITIES).one('VerticalPodAutoscaler');
    expect(spec.updatePolicy).toEqual({ updateMode: 'Off' });
    expect(shown('recommended resources').maybe('VerticalPodAutoscaler')).toBeUndefined();
    expect(render({}, { capabilities: CAPABILITIES }).maybe('VerticalPodAutoscaler')).toBeUndefined();
  });
});
