import { setTimeout as delay } from 'node:timers/promises';
import { HelmFailed } from '../helm.ts';
import type { Kubectl } from '../kubectl.ts';
import type { KubernetesEvent, Pod } from '../kubernetes.ts';
import type { Say } from '../say.ts';
import { writeReport } from '../write-report.ts';
import { Before, LABELS } from './before.ts';
import { type Cause, causeOf, controllerCause } from './causes.ts';
import { forgetFailure, writeFailure } from './failure-files.ts';
import { KeptPods } from './kept-pods.ts';
import { redact } from './redact.ts';

interface Watching {
  kubectl: Pick<Kubectl, 'list' | 'try'>;
  /** The folder for what is kept of a failure. */
  folder: string;
  /** How many seconds an unschedulable pod may wait for a node. */
  nodeGrace: number;
  say: Say;
  pollMs?: number;
}

const POLL_MS = 2000;

/**
 * Watches the new pods while Helm waits for them. If they show a cause that does not pass, their logs, states and
 * events are kept, and Helm is ended, so that it rolls back at once.
 * @param work runs Helm, and ends it if the signal is aborted
 * @throws HelmFailed with the cause if Helm fails and the pods show one
 */
export async function watchRollout(
  watching: Watching,
  work: (end: AbortSignal) => Promise<void>,
): Promise<void> {
  forgetFailure(watching.folder);
  const rollout = new Rollout(watching, await Before.read(watching.kubectl));
  await rollout.run(work);
}

class Rollout {
  private readonly watching: Watching;
  private readonly before: Before;
  private readonly kept: KeptPods;
  private readonly since = new Map<string, number>();
  private readonly end = new AbortController();
  private readonly stop = new AbortController();
  private controller: Cause | undefined;

  constructor(watching: Watching, before: Before) {
    this.watching = watching;
    this.before = before;
    this.kept = new KeptPods(watching.kubectl);
  }

  async run(work: (end: AbortSignal) => Promise<void>): Promise<void> {
    const looking = this.keepLooking();
    try {
      await work(this.end.signal);
    } catch (error) {
      this.stop.abort();
      await looking;
      if (!(error instanceof HelmFailed)) throw error;
      await this.look().catch(() => undefined);
      throw this.failure() ?? error;
    } finally {
      this.stop.abort();
      await looking;
    }
  }

  private async keepLooking(): Promise<void> {
    while (!this.stop.signal.aborted) {
      // The API server may be busy. Helm has its own timeout.
      const cause = await this.look().catch(() => undefined);
      if (cause && !this.end.signal.aborted && !this.stop.signal.aborted) this.giveUp(cause);
      const { pollMs = POLL_MS } = this.watching;
      await delay(pollMs, undefined, { signal: this.stop.signal }).catch(() => undefined);
    }
  }

  /** @returns the cause that has lasted long enough to end the deploy */
  private async look(): Promise<Cause | undefined> {
    const { kubectl, nodeGrace } = this.watching;
    const [pods, sets, events] = await Promise.all([
      kubectl.list('pods', LABELS),
      kubectl.list('replicasets', LABELS),
      kubectl.list('events').catch(() => []),
    ]);
    const newSets = this.before.newSets(sets);
    const fresh = pods.filter((pod) => this.before.isNewPod(pod, newSets));
    const causes = await Promise.all(
      fresh.map(async (pod) => {
        const own = events.filter(({ involvedObject: { uid } }) => uid === pod.metadata.uid);
        const cause = pod.metadata.deletionTimestamp ? undefined : causeOf(pod, { events: own, nodeGrace });
        await this.kept.see(pod, own, cause);
        return cause;
      }),
    );
    this.controller = controllerCause(
      events.filter((event) => this.before.isNewEvent(event, newSets) && !hasPod(event, fresh)),
    );
    return this.lasting([...causes, this.controller].filter((cause) => cause !== undefined));
  }

  private lasting(causes: Cause[]): Cause | undefined {
    const now = performance.now();
    for (const key of this.since.keys())
      if (!causes.some((cause) => cause.key === key)) this.since.delete(key);
    for (const { key } of causes) if (!this.since.has(key)) this.since.set(key, now);
    return causes.find(({ key, patience }) => now - (this.since.get(key) ?? now) >= patience * 1000);
  }

  private giveUp(cause: Cause): void {
    this.watching.say(`${this.sentence(cause)}; ending Helm, which rolls back`);
    this.end.abort();
    this.write(cause);
  }

  /** Returns the most telling cause that was seen: one with which the deploy was ended, or would be ended first. */
  private failure(): HelmFailed | undefined {
    const causes = [...this.kept.all.map(({ cause }) => cause), this.controller];
    const [cause] = causes
      .filter((one) => one !== undefined)
      .sort((one, other) => importance(one) - importance(other));
    if (!cause) return undefined;
    this.write(cause);
    return new HelmFailed(this.sentence(cause));
  }

  private sentence(cause: Cause): string {
    const reason = this.kept.reasonOf(cause);
    const said = reason ? `${cause.clause}: ${reason}` : cause.clause;
    return redact(cause.advice ? `${said.replace(/\.?$/, '.')} ${cause.advice}` : said);
  }

  private write(cause: Cause): void {
    const { folder, say } = this.watching;
    if (writeReport(folder, () => writeFailure(folder, this.sentence(cause), this.kept.all), say))
      say(`the logs, states and events of the new pods are in ${folder}`);
  }
}

/** The words of a container explain most, and a probe that fails explains least. */
const importance = ({ container, patience, key }: Cause) =>
  (container ? 0 : 2) + (patience === Infinity ? 1 : 0) + (key.endsWith('readiness') ? 1 : 0);

const hasPod = ({ involvedObject: { uid } }: KubernetesEvent, pods: Pod[]) =>
  pods.some(({ metadata }) => metadata.ownerReferences?.some((owner) => owner.uid === uid));
