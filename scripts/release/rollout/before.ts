import type { Kubectl } from '../kubectl.ts';
import type { KubernetesEvent, KubernetesObject, Pod, ReplicaSet } from '../kubernetes.ts';
import { RELEASE } from '../target.ts';
import { timesOf } from './causes.ts';

export const LABELS = { 'app.kubernetes.io/instance': RELEASE };

const REVISION = 'deployment.kubernetes.io/revision';
const revisionOf = ({ metadata }: ReplicaSet) => Number(metadata.annotations?.[REVISION] ?? 0);
const ownerOf = ({ metadata }: KubernetesObject) => metadata.ownerReferences?.[0];

/**
 * The state of the namespace before Helm changes it. It tells what Helm creates: the pods of the new template, and those
 * of Jobs. The other pods of the release, for example those that an autoscaler or an eviction adds to an older
 * template, say nothing about the new one.
 */
export class Before {
  private readonly pods: Set<string>;
  private readonly events: Map<string, number>;
  /** The newest replica set of each Deployment. */
  private readonly newest = new Map<string, ReplicaSet>();

  static async read(kubectl: Pick<Kubectl, 'list'>): Promise<Before> {
    const [pods, sets, events] = await Promise.all([
      kubectl.list('pods', LABELS),
      kubectl.list('replicasets', LABELS),
      kubectl.list('events').catch(() => []),
    ]);
    return new Before(pods, sets, events);
  }

  private constructor(pods: Pod[], sets: ReplicaSet[], events: KubernetesEvent[]) {
    this.pods = new Set(pods.map(uidOf));
    this.events = new Map(events.map((event) => [uidOf(event), timesOf(event)]));
    for (const set of sets) {
      const owner = ownerOf(set)?.uid ?? '';
      const known = this.newest.get(owner);
      if (!known || revisionOf(set) > revisionOf(known)) this.newest.set(owner, set);
    }
  }

  /** Returns the uids of the replica sets with the new template. A template that was tried before gets a new revision. */
  newSets(sets: ReplicaSet[]): Set<string> {
    const since = sets.filter((set) => {
      const before = this.newest.get(ownerOf(set)?.uid ?? '');
      return !before || (revisionOf(set) > revisionOf(before) && uidOf(set) !== uidOf(before));
    });
    return new Set(since.map(uidOf));
  }

  isNewPod(pod: Pod, newSets: Set<string>): boolean {
    const owner = ownerOf(pod);
    const isOfHelm = owner?.kind === 'Job' || newSets.has(owner?.uid ?? '');
    return isOfHelm && !this.pods.has(uidOf(pod));
  }

  /** Tells whether this event of a controller is about what Helm creates, and happened since. */
  isNewEvent(event: KubernetesEvent, newSets: Set<string>): boolean {
    const { kind, uid = '' } = event.involvedObject;
    const isOfHelm = kind !== 'ReplicaSet' || newSets.has(uid);
    return isOfHelm && timesOf(event) > (this.events.get(uidOf(event)) ?? 0);
  }
}

const uidOf = ({ metadata }: KubernetesObject): string => metadata.uid ?? '';
