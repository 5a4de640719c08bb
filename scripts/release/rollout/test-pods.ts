import type { ContainerState, ContainerStatus, KubernetesEvent, Pod, ReplicaSet } from '../kubernetes.ts';

/** A pod of a rollout as `kubectl get pods -o json` returns it, for tests. */
export interface PodWish {
  name?: string;
  component?: string;
  template?: string;
  status?: Partial<ContainerStatus>;
  phase?: string;
  conditions?: Pod['status']['conditions'];
  container?: string;
  deleted?: boolean;
}

export function aPod({
  name = 'galley-7c9d-x2x4p',
  component = 'api',
  template = '7c9d',
  status = {},
  phase = 'Running',
  conditions = [
    { type: 'PodScheduled', status: 'True' },
    { type: 'Ready', status: status.ready ? 'True' : 'False', reason: 'ContainersNotReady' },
  ],
  container = component === 'migrate' ? 'migrate' : 'galley',
  deleted = false,
}: PodWish = {}): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      uid: `uid-${name}`,
      labels: {
        'app.kubernetes.io/instance': 'galley',
        'app.kubernetes.io/component': component,
        ...(component === 'api' && { 'pod-template-hash': template }),
      },
      ownerReferences: [
        component === 'api'
          ? { kind: 'ReplicaSet', uid: `owner-${template}` }
          : { kind: 'Job', uid: `job-${name}` },
      ],
      ...(deleted && { deletionTimestamp: '2026-11-27T03:00:00Z' }),
    },
    spec: {
      restartPolicy: component === 'api' ? 'Always' : 'Never',
      containers: [
        {
          name: container,
          image: 'registry.test/galley@sha256:aaaa',
          ports: [{ name: 'http', containerPort: 3000 }],
          resources: { limits: { cpu: '500m', memory: '512Mi' } },
          readinessProbe: { httpGet: { path: '/health/ready', port: 'http' } },
        },
      ],
    },
    status: {
      phase,
      conditions,
      containerStatuses: [{ name: container, ready: false, restartCount: 0, ...status }],
    },
  };
}

/** The replica set of a template. Its Deployment numbers it anew each time that the template becomes current. */
export const aReplicaSet = (template: string, revision: number): ReplicaSet => ({
  metadata: {
    name: `galley-${template}`,
    uid: `owner-${template}`,
    annotations: { 'deployment.kubernetes.io/revision': String(revision) },
    ownerReferences: [{ kind: 'Deployment', uid: 'deployment' }],
  },
});

export const waiting = (reason: string, message?: string): ContainerState => ({
  waiting: { reason, ...(message && { message }) },
});

export const ended = (exitCode: number, reason = 'Error'): ContainerState => ({
  terminated: { exitCode, reason },
});

export const running: ContainerState = { running: { startedAt: '2026-11-27T03:00:00Z' } };

let events = 0;

interface Of {
  of?: string;
  kind?: string;
  uid?: string;
  count?: number;
}

export function anEvent(
  reason: string,
  message: string,
  { of: name = 'galley-7c9d-x2x4p', kind = 'Pod', uid = `uid-${name}`, count = 1 }: Of = {},
): KubernetesEvent {
  events += 1;
  return {
    metadata: { name: `event-${events}`, uid: `event-${events}` },
    involvedObject: { kind, name, uid },
    type: 'Warning',
    reason,
    message,
    count,
    lastTimestamp: '2026-11-27T03:00:00Z',
  };
}
