import type { ContainerStatus, KubernetesEvent, Pod } from '../kubernetes.ts';
import type { Answer } from '../kubectl.ts';
import type { Cause } from './causes.ts';
import { lastWords } from './last-words.ts';
import { type Asked, askReadiness, readinessProbeOf } from './readiness.ts';

/** What is kept of a new pod, because a rollback deletes the pod and everything that it has said. */
export interface KeptPod {
  pod: Pod;
  events: KubernetesEvent[];
  /** The cause at the last look. A pod that is being deleted keeps its cause. */
  cause: Cause | undefined;
  /** The last lines of each container, and of its previous run. */
  logs: Map<string, { now: string; previous: string }>;
  /** What the readiness probe is told. */
  readiness: string | undefined;
}

interface Cluster {
  try: (args: string[], call?: { seconds?: number }) => Promise<Answer>;
}

const LINES = ['--tail=200', '--limit-bytes=100000'];
const EVERY_MS = 10_000;
const MOST_PODS = 8;

/** The new pods of one rollout, with their last words. */
export class KeptPods {
  private readonly pods = new Map<string, KeptPod>();
  private readonly read = new Map<string, { at: number; mark: string }>();
  private readonly cluster: Cluster;

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  get all(): KeptPod[] {
    return [...this.pods.values()];
  }

  /** Remembers the state of a pod, and its logs if it is not ready. */
  async see(pod: Pod, events: KubernetesEvent[], cause: Cause | undefined): Promise<void> {
    const uid = pod.metadata.uid ?? pod.metadata.name;
    const before = this.pods.get(uid);
    if (!before && this.pods.size >= MOST_PODS) return;
    const kept: KeptPod = before ?? { pod, events, cause, logs: new Map(), readiness: undefined };
    this.pods.set(uid, kept);
    if (pod.metadata.deletionTimestamp) return;
    Object.assign(kept, { pod, events, cause });
    await Promise.all([
      ...statusesOf(pod)
        .filter((status) => !status.ready && this.isDue(uid, status))
        .map((status) => this.readLogs(kept, status)),
      this.readReadiness(uid, kept),
    ]);
  }

  /** Returns the reason that completes the clause of a cause. */
  reasonOf(cause: Cause): string | undefined {
    const kept = this.all.find((one) => one.cause === cause);
    if (!kept) return cause.reason;
    if (!cause.container) return kept.readiness ?? cause.reason;
    const logs = kept.logs.get(cause.container);
    const running = statusesOf(kept.pod).find(({ name }) => name === cause.container)?.state?.running;
    const [first, second] = running ? [logs?.previous, logs?.now] : [logs?.now, logs?.previous];
    return lastWords(first ?? '') ?? lastWords(second ?? '') ?? cause.reason;
  }

  /** A container that has ended or was started again is read at once, and every other one only now and then. */
  private isDue(uid: string, { name, restartCount, state, lastState }: ContainerStatus): boolean {
    const ended = state?.terminated ?? lastState?.terminated;
    if (!state?.running && !ended) return false;
    const mark = `${restartCount} ${Object.keys(state ?? {}).join()} ${ended?.exitCode}`;
    return this.take(`${uid} ${name}`, mark);
  }

  private take(key: string, mark: string): boolean {
    const before = this.read.get(key);
    if (before?.mark === mark && performance.now() - before.at < EVERY_MS) return false;
    this.read.set(key, { at: performance.now(), mark });
    return true;
  }

  private async readLogs({ pod, logs }: KeptPod, { name, restartCount }: ContainerStatus): Promise<void> {
    const read = async (...more: string[]) => {
      const answer = await this.cluster.try(['logs', pod.metadata.name, '-c', name, ...LINES, ...more]);
      return answer.ok ? answer.stdout : undefined;
    };
    const [now, previous] = await Promise.all([read(), restartCount > 0 ? read('--previous') : undefined]);
    const before = logs.get(name);
    logs.set(name, { now: now || (before?.now ?? ''), previous: previous || (before?.previous ?? '') });
  }

  /** Asks only after the probe of the kubelet has failed, so that a start is not disturbed. */
  private async readReadiness(uid: string, kept: KeptPod): Promise<void> {
    const probe = readinessProbeOf(kept.pod);
    const failed = kept.events.some(({ reason }) => reason === 'Unhealthy');
    if (!probe || !failed || kept.cause?.container || !this.take(`${uid} readiness`, '')) return;
    const ask: Asked = (args) =>
      this.cluster.try(['exec', kept.pod.metadata.name, '-c', probe.container, '--', ...args], {
        seconds: 10,
      });
    kept.readiness = (await askReadiness(probe, ask)) ?? kept.readiness;
  }
}

const statusesOf = ({ status }: Pod): ContainerStatus[] => [
  ...(status.initContainerStatuses ?? []),
  ...(status.containerStatuses ?? []),
];
