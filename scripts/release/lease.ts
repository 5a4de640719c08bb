import { setTimeout as delay } from 'node:timers/promises';
import type { Answer, Call } from './kubectl.ts';
import type { LeaseObject } from './kubernetes.ts';
import { Refusal } from './refusal.ts';
import type { Say } from './say.ts';

/** The functions of the cluster that a lease requires. */
export interface LeaseCluster {
  get: (kind: 'lease', name: string) => Promise<LeaseObject | undefined>;
  try: (args: string[], call: Call) => Promise<Pick<Answer, 'ok' | 'reason' | 'stderr'>>;
}

/**
 * In seconds. A holder considers the lease lost `safe` seconds after its last renewal, and other processes consider
 * it free after `life` seconds.
 */
const TIMES = { life: 30, renew: 8, safe: 22, poll: 1 };

interface Writing {
  holder?: string;
  /** Who asks the holder to stop. */
  asker?: string;
  /** Leaves the holder and its time as they are. */
  keep?: boolean;
}

/** The annotation in which an emergency rollback asks the holder to stop: who asks, and when. */
const ASKED = 'galley/asked-to-stop-by';

const askerOf = (lease: LeaseObject | undefined): string | undefined => lease?.metadata.annotations?.[ASKED];

/**
 * The right to change one release, as a Kubernetes Lease. A resource_group prevents concurrent jobs; the lease also
 * covers laptops. It is free if it has not been renewed for 30 s according to the clock of the waiting process.
 */
export class Lease {
  /** Aborted if another process may hold the lease, so that the work must stop immediately. */
  lost = new AbortController();
  /** Aborted if an emergency rollback waits for the lease. The reason is its name. */
  asked = new AbortController();

  private readonly kubectl: LeaseCluster;
  private readonly name: string;
  private readonly holder: string;
  private readonly say: Say;
  private readonly times: typeof TIMES;
  private keeping: Promise<void> | undefined;
  private stop: AbortController | undefined;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;
  private askedAt = -Infinity;

  constructor(
    kubectl: LeaseCluster,
    name: string,
    holder: string,
    say: Say = (line) => console.error(line),
    times = TIMES,
  ) {
    this.kubectl = kubectl;
    this.name = name;
    this.holder = holder;
    this.say = say;
    this.times = times;
  }

  /**
   * Waits for at most `patienceSeconds` until the lease is free, and holds it until `release`. An urgent process asks
   * the holder to stop, and gets the lease before all others.
   */
  async acquire(patienceSeconds = 1200, { urgent = false } = {}): Promise<void> {
    const deadline = performance.now() + patienceSeconds * 1000;
    let seen: string | undefined;
    let since = performance.now();
    for (;;) {
      const current = await this.kubectl.get('lease', this.name);
      const asker = urgent ? undefined : askerOf(current);
      const mark = [current?.spec?.holderIdentity, current?.spec?.renewTime, asker].join(' ');
      if (mark !== seen) {
        if (current?.spec?.holderIdentity)
          this.say(`waiting for ${current.spec.holderIdentity}, who holds the lease ${this.name}`);
        [seen, since] = [mark, performance.now()];
      }
      const wanted = current?.spec?.holderIdentity || asker;
      const free = !wanted || performance.now() - since > this.times.life * 1000;
      if (free && (await this.write(current))) break;
      if (urgent && !free) await this.ask(current);
      if (performance.now() > deadline)
        throw new Refusal(
          `${current?.spec?.holderIdentity} still holds the lease ${this.name} after ${patienceSeconds} s. Wait until it ends, or end it`,
        );
      await delay(this.times.poll * 1000);
    }
    this.keeping = this.keep();
  }

  async release(): Promise<void> {
    this.stopped = true;
    this.stop?.abort();
    await this.keeping;
    if (this.lost.signal.aborted) return;
    const current = await this.kubectl.get('lease', this.name).catch(() => undefined);
    if (current?.spec?.holderIdentity === this.holder)
      await this.write(current, { holder: '', asker: askerOf(current) });
  }

  /** Asks again from time to time, so that a rollback that was killed does not block the lease. */
  private async ask(current: LeaseObject | undefined): Promise<void> {
    if (!current || performance.now() - this.askedAt < this.times.renew * 1000) return;
    const asker = `${this.holder} at ${new Date().toISOString()}`;
    if (await this.write(current, { asker, holder: current.spec?.holderIdentity, keep: true }))
      this.askedAt = performance.now();
  }

  /** @returns false if another process was faster */
  private async write(
    current: LeaseObject | undefined,
    { holder = this.holder, asker, keep = false }: Writing = {},
  ): Promise<boolean> {
    const annotations = asker === undefined ? undefined : { [ASKED]: asker };
    const body = {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.name, resourceVersion: current?.metadata.resourceVersion, annotations },
      spec: keep
        ? current?.spec
        : {
            holderIdentity: holder,
            leaseDurationSeconds: Math.ceil(this.times.life),
            renewTime: new Date().toISOString().replace('Z', '000Z'),
          },
    };
    const verb = current ? 'replace' : 'create';
    const answer = await this.kubectl.try([verb, '-f', '-'], { input: JSON.stringify(body), seconds: 5 });
    const outrun = ['Conflict', 'AlreadyExists'].includes(answer.reason ?? '');
    if (!answer.ok && !outrun)
      throw new Refusal(`cannot write the lease ${this.name}: ${answer.stderr.trim()}`);
    return answer.ok;
  }

  private async keep(): Promise<void> {
    this.arm(performance.now());
    while (!this.stopped && !this.lost.signal.aborted) {
      this.stop = new AbortController();
      await delay(this.times.renew * 1000, undefined, { signal: this.stop.signal }).catch(() => undefined);
      const tried = performance.now();
      if (!this.stopped && (await this.renew())) this.arm(tried);
    }
    clearTimeout(this.timer);
  }

  /** The next renewal must happen within `safe` seconds. */
  private arm(renewed: number): void {
    clearTimeout(this.timer);
    const left = this.times.safe * 1000 - (performance.now() - renewed);
    this.timer = setTimeout(() => this.lose('the cluster does not respond'), Math.max(0, left));
  }

  private lose(why: string): void {
    if (this.stopped || this.lost.signal.aborted) return;
    this.say(`the lease ${this.name} is lost: ${why}`);
    this.lost.abort();
    this.stop?.abort();
  }

  private async renew(): Promise<boolean> {
    try {
      const current = await this.kubectl.get('lease', this.name);
      const holder = current?.spec?.holderIdentity;
      if (holder !== this.holder) this.lose(`${holder || 'nobody'} holds it now`);
      const asker = askerOf(current);
      if (asker && holder === this.holder) this.asked.abort(asker);
      return holder === this.holder && (await this.write(current, { asker }));
    } catch {
      return false; // The timer limits how often this can happen.
    }
  }
}
