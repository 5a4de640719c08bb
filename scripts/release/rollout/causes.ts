import type { Condition, ContainerStatus, KubernetesEvent, Pod, Terminated } from '../kubernetes.ts';

/** Why a new pod does not become ready, as far as the cluster shows it. */
export interface Cause {
  /** Identifies the pod and the kind of the cause, so that its duration can be measured. */
  key: string;
  /** A clause such as `The new pod galley-1 ended with 78`, which the last words of a log can complete. */
  clause: string;
  /** The explanation of the cluster. It completes the clause if there are no last words. */
  reason: string | undefined;
  /** What an operator can check. */
  advice?: string;
  /** How many seconds the cause must last before the deploy ends. Infinity: until the timeout of Helm. */
  patience: number;
  /** The container whose last words explain the cause. */
  container?: string;
}

/** Numbers in seconds. Configuration and creation can fail once because a cache of the cluster is behind. */
const STEADY = 5;
const REPEATED = 10;
const UNCOUNTED_PULLS = 45;

const SIGNALS: Record<number, string> = { 134: 'SIGABRT', 137: 'SIGKILL', 139: 'SIGSEGV', 143: 'SIGTERM' };

interface Surroundings {
  /** The events of this pod. */
  events: KubernetesEvent[];
  /** How many seconds an unschedulable pod may wait for a node. */
  nodeGrace: number;
}

/** @returns the most telling cause, or undefined while nothing is wrong */
export function causeOf(pod: Pod, around: Surroundings): Cause | undefined {
  return (
    containersOf(pod)
      .map((status) => containerCause(pod, status, around.events))
      .find(Boolean) ??
    failedPodCause(pod) ??
    schedulingCause(pod, around) ??
    volumeCause(pod, around.events) ??
    readinessCause(pod, around.events)
  );
}

const containersOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];

/** Names the pod as an operator knows it: a new pod of the application, or a Job that Helm runs before or after. */
export function subjectOf({ metadata }: Pod, container?: string): string {
  const component = metadata.labels?.['app.kubernetes.io/component'];
  const subject =
    component === 'migrate'
      ? `migration ${metadata.name}`
      : component === 'api'
        ? `new pod ${metadata.name}`
        : `pod ${metadata.name}`;
  const own = !container || ['galley', 'migrate'].includes(container);
  return own ? `The ${subject}` : `The container ${container} of the ${subject}`;
}

function containerCause(pod: Pod, status: ContainerStatus, events: KubernetesEvent[]): Cause | undefined {
  const waiting = status.state?.waiting ?? {};
  const key = `${pod.metadata.uid} ${status.name}`;
  const subject = subjectOf(pod, status.name);
  const reason = waiting.message;
  switch (waiting.reason ?? '') {
    case 'InvalidImageName':
    case 'ErrImageNeverPull':
      return {
        key: `${key} image`,
        clause: `${subject} has an image that cannot be used (${waiting.reason})`,
        reason,
        patience: 0,
      };
    case 'ErrImagePull':
    case 'ImagePullBackOff':
    case 'ImageInspectError':
    case 'RegistryUnavailable':
      return pullCause(`${key} image`, subject, imageOf(pod, status.name), reason, events);
    case 'CreateContainerConfigError':
    case 'CreateContainerError':
    case 'RunContainerError':
      return {
        key: `${key} configuration`,
        clause: `${subject} cannot be created (${waiting.reason})`,
        reason,
        advice: 'Check that the Secret, the ConfigMap and the keys that it names exist.',
        patience: STEADY,
      };
    default:
      return endedCause(pod, status, events);
  }
}

const imageOf = ({ spec }: Pod, container: string) =>
  [...(spec.initContainers ?? []), ...spec.containers].find(({ name }) => name === container)?.image;

/** One failed pull can be a coincidence; the second one is the cause. */
function pullCause(
  key: string,
  subject: string,
  image: string | undefined,
  waiting: string | undefined,
  events: KubernetesEvent[],
): Cause {
  const failed = events.filter(
    ({ reason, message = '' }) => reason === 'Failed' && /failed to pull/i.test(message),
  );
  const detail = failed.at(-1)?.message?.replace(/^Failed to pull image "[^"]*": /, '') ?? waiting;
  return {
    key,
    clause: `${subject} cannot pull the image ${image ?? ''}`.trimEnd(),
    reason: detail && innermost(detail),
    advice: 'Check that the registry has this image, and that image.pullSecrets can read it.',
    patience: failed.reduce((sum, event) => sum + timesOf(event), 0) >= 2 ? 0 : UNCOUNTED_PULLS,
  };
}

/** Returns the end of a chain of errors, which differs from the image reference that each link repeats. */
const innermost = (message: string) =>
  message
    .split(/(?<=[\w"]): /)
    .slice(-3)
    .join(': ');

export const timesOf = ({ count, series }: KubernetesEvent): number => series?.count ?? count ?? 1;

function endedCause(pod: Pod, status: ContainerStatus, events: KubernetesEvent[]): Cause | undefined {
  const now = status.state?.terminated;
  const before = status.lastState?.terminated;
  const ended = now ?? before;
  const looping = status.state?.waiting?.reason === 'CrashLoopBackOff';
  if (!ended || (ended.exitCode === 0 && !looping)) return undefined;
  if (status.state?.running && status.ready) return undefined;
  const final = pod.spec.restartPolicy === 'Never';
  const twice = looping || (now && before && before.exitCode !== 0) || status.restartCount > 1;
  return {
    key: `${pod.metadata.uid} ${status.name} ended`,
    clause: `${subjectOf(pod, status.name)} ${howItEnded(pod, status.name, ended, events)}`,
    reason: ended.message ?? (ended.reason === 'Error' ? undefined : ended.reason),
    // Helm ends by itself after a failed Job, and its own words can come first.
    patience: final ? REPEATED : twice ? 0 : Infinity,
    container: status.name,
  };
}

function howItEnded(
  { spec }: Pod,
  name: string,
  { exitCode, reason }: Terminated,
  events: KubernetesEvent[],
): string {
  if (reason === 'OOMKilled') {
    const limit = spec.containers.find((container) => container.name === name)?.resources?.limits?.memory;
    return `was killed because it exceeded its memory limit${limit ? ` of ${limit}` : ''}`;
  }
  const [, probe] =
    events
      .map(({ reason: kind, message = '' }) =>
        kind === 'Killing' ? /failed (startup|liveness) probe/.exec(message) : null,
      )
      .findLast(Boolean) ?? [];
  if (probe) return `was stopped because its ${probe} probe failed`;
  const signal = SIGNALS[exitCode];
  return `ended with ${exitCode}${signal ? ` (${signal})` : ''}`;
}

/** The kubelet has stopped the pod, for example because the node has no memory left. Its controller replaces it. */
function failedPodCause({ metadata, status, ...pod }: Pod): Cause | undefined {
  if (status.phase !== 'Failed' || !status.reason) return undefined;
  return {
    key: `${metadata.uid} failed`,
    clause: `${subjectOf({ metadata, status, ...pod })} was stopped by its node (${status.reason})`,
    reason: status.message,
    patience: Infinity,
  };
}

/** An autoscaler that adds a node for the pod gets all the time of Helm. */
function schedulingCause(pod: Pod, { events, nodeGrace }: Surroundings): Cause | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status !== 'False' || scheduled.reason !== 'Unschedulable') return undefined;
  const comesNode = events.some(({ reason = '' }) => ['TriggeredScaleUp', 'Nominated'].includes(reason));
  return {
    key: `${pod.metadata.uid} scheduling`,
    clause: `${subjectOf(pod)} fits on no node`,
    reason: scheduled.message,
    advice: 'Add a node, or change resources, nodeSelector, tolerations or affinity.',
    patience: comesNode ? Infinity : nodeGrace,
  };
}

const conditionOf = ({ status }: Pod, type: string): Condition | undefined =>
  status.conditions?.find((condition) => condition.type === type);

/** A volume can take long to attach, but an object that does not exist will not appear. */
function volumeCause(pod: Pod, events: KubernetesEvent[]): Cause | undefined {
  if (conditionOf(pod, 'PodScheduled')?.status !== 'True' || containersOf(pod).some(hasStarted))
    return undefined;
  const failed = events.findLast(({ reason = '' }) => ['FailedMount', 'FailedAttachVolume'].includes(reason));
  if (!failed) return undefined;
  return {
    key: `${pod.metadata.uid} volume`,
    clause: `${subjectOf(pod)} has no volume`,
    reason: failed.message,
    patience: /not found/.test(failed.message ?? '') && timesOf(failed) > 2 ? REPEATED : Infinity,
  };
}

const hasStarted = ({ state, lastState }: ContainerStatus) =>
  Boolean(state?.running ?? state?.terminated ?? lastState?.terminated);

/** The probe may still succeed, so only the timeout of Helm ends this. */
function readinessCause(pod: Pod, events: KubernetesEvent[]): Cause | undefined {
  if (pod.status.phase !== 'Running' || conditionOf(pod, 'Ready')?.status === 'True') return undefined;
  const unhealthy = events.findLast(({ reason }) => reason === 'Unhealthy');
  return {
    key: `${pod.metadata.uid} readiness`,
    clause: `${subjectOf(pod)} runs and did not become ready`,
    reason: unhealthy?.message,
    advice: `Read its log in the report, and docs/runbooks/PodNotReady.md.`,
    patience: Infinity,
  };
}

/**
 * Recognizes a controller that cannot create pods at all, because of a quota, a policy or an admission webhook, and a
 * Job that took too long, whose pod is deleted.
 * @param events those of controllers that have no pod
 */
export function controllerCause(events: KubernetesEvent[]): Cause | undefined {
  const failed = events.findLast(
    ({ reason = '', involvedObject: { kind = '' } }) =>
      ['FailedCreate', 'DeadlineExceeded'].includes(reason) && ['ReplicaSet', 'Job'].includes(kind),
  );
  if (!failed) return undefined;
  const { kind, name, uid } = failed.involvedObject;
  if (failed.reason === 'DeadlineExceeded')
    return {
      key: `${uid} deadline`,
      clause: `The ${kind} ${name} did not end before its deadline`,
      reason: failed.message,
      patience: REPEATED,
    };
  return {
    key: `${uid} creation`,
    clause: `The cluster does not create a pod of the ${kind} ${name}`,
    reason: failed.message?.replace(/^Error creating: /, ''),
    advice: 'Check the quotas, the Pod Security level and the admission webhooks of the namespace.',
    patience: REPEATED,
  };
}
