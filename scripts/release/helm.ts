import { run, runOrRefuse } from './run.ts';
import { Refusal } from './refusal.ts';
import type { Lease } from './lease.ts';
import { NOT_STARTED, supervise } from './supervise.ts';
import { type Cluster, RELEASE } from './target.ts';

/** An entry of the history of Helm. */
export interface HelmRevision {
  revision: number;
  status: string;
  /** Its name and version. */
  chart: string;
  description: string;
}

interface Patience {
  /** In the format of Helm, for example 10m. */
  timeout?: string;
}

interface Upgrading extends Patience {
  /** Aborted to end Helm, which then rolls back. */
  end?: AbortSignal;
}

/** Helm has ended with an error, or was ended because the release cannot become ready. */
export class HelmFailed extends Refusal {}

/** Somebody has interrupted Helm, for example by canceling the job. */
export class HelmInterrupted extends Refusal {}

const TIMEOUT = '10m';

/** The number of revisions that a cluster keeps, which limits rollbacks. */
export const REVISIONS = 20;

/** Helm with the cluster, namespace and release of a target. */
export class Helm {
  private readonly bound: string[];
  private readonly lease: Pick<Lease, 'lost' | 'asked'> | undefined;

  constructor({ kubeconfig, namespace }: Cluster, lease?: Pick<Lease, 'lost' | 'asked'>) {
    this.bound = ['--kubeconfig', kubeconfig, '--namespace', namespace];
    this.lease = lease;
  }

  /** @returns the revisions, oldest first */
  async history(): Promise<HelmRevision[]> {
    const { code, stdout, stderr } = await run('helm', [
      ...this.bound,
      'history',
      RELEASE,
      '--max',
      '256',
      '-o',
      'json',
    ]);
    if (code === 0) return JSON.parse(stdout) as HelmRevision[];
    if (/release: not found/.test(stderr)) return [];
    throw new Refusal(`cannot read the history of ${RELEASE}: ${stderr.trim()}`);
  }

  manifest(revision?: number): Promise<string> {
    const chosen = revision ? ['--revision', String(revision)] : [];
    return runOrRefuse(`cannot read the manifest of ${RELEASE}`, 'helm', [
      ...this.bound,
      'get',
      'manifest',
      RELEASE,
      ...chosen,
    ]);
  }

  /** Returns the manifest that an upgrade would apply, rendered with the capabilities of the cluster. */
  async dryRun(upgradeArguments: string[]): Promise<string> {
    const args = [...this.bound, ...upgradeArguments, '--dry-run=server', '-o', 'json'];
    const rendered = await runOrRefuse('cannot render the chart', 'helm', args);
    return (JSON.parse(rendered) as { manifest: string }).manifest;
  }

  /** An upgrade, unlike a rollback, makes way for an emergency rollback: Helm ends it and rolls back. */
  async upgrade(upgradeArguments: string[], { timeout = TIMEOUT, end }: Upgrading = {}): Promise<void> {
    const manner = [await this.atomic(), '--wait', '--timeout', timeout, '--history-max', String(REVISIONS)];
    const asked = this.lease?.asked.signal;
    const makeWay = () => {
      if (asked?.aborted) throw new Refusal(`the deploy was ended by a rollback: ${String(asked.reason)}`);
    };
    makeWay();
    const signals = [end, asked].filter((signal) => signal !== undefined);
    await this.change('upgrade', [...upgradeArguments, ...manner], AbortSignal.any(signals)).catch(
      (error: unknown) => {
        makeWay();
        throw error;
      },
    );
  }

  async rollback(revision: number, { timeout = TIMEOUT }: Patience = {}): Promise<void> {
    await this.change('rollback', [
      'rollback',
      RELEASE,
      String(revision),
      '--wait',
      '--timeout',
      timeout,
      '--history-max',
      String(REVISIONS),
    ]);
  }

  async uninstall({ timeout = TIMEOUT }: Patience = {}): Promise<void> {
    await this.change('uninstall', ['uninstall', RELEASE, '--wait', '--timeout', timeout]);
  }

  async test({ timeout = '5m' }: Patience = {}): Promise<void> {
    await this.change('test', ['test', RELEASE, '--logs', '--timeout', timeout]);
  }

  private async change(what: string, args: string[], end?: AbortSignal): Promise<void> {
    const { code, signal } = await supervise('helm', [...this.bound, ...args], {
      lost: this.lease?.lost.signal,
      end,
    });
    if (code === NOT_STARTED) throw new Refusal(`helm ${what} was not started because the lease was lost`);
    if (this.lease?.lost.signal.aborted)
      throw new Refusal(`helm ${what} was ended because the lease was lost`);
    if (signal) throw new HelmInterrupted(`helm ${what} was interrupted by ${signal} and ended with ${code}`);
    if (code !== 0) throw new HelmFailed(`helm ${what} failed (${code}); run scripts/report for details`);
  }

  /** Helm 4 has renamed this option. */
  private async atomic(): Promise<string> {
    const version = await runOrRefuse('cannot run helm', 'helm', ['version', '--short']);
    return version.startsWith('v3.') ? '--atomic' : '--rollback-on-failure';
  }
}
