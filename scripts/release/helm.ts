import { run, runOrRefuse } from './run.ts';
import { Refusal } from './refusal.ts';
import { supervise } from './supervise.ts';
import { RELEASE } from './target.ts';

const TIMEOUT = '10m';

/** How many revisions a cluster keeps, and so how far one can go back. */
export const REVISIONS = 20;

/** Helm, bound to a target's cluster, namespace and release. */
export class Helm {
  constructor({ kubeconfig, namespace }, lease) {
    this.bound = ['--kubeconfig', kubeconfig, '--namespace', namespace];
    this.lease = lease;
  }

  /** @returns the revisions, oldest first: `{ revision, status, chart, app_version, description }` */
  async history() {
    const { code, stdout, stderr } = await run('helm', [
      ...this.bound,
      'history',
      RELEASE,
      '--max',
      '256',
      '-o',
      'json',
    ]);
    if (code === 0) return JSON.parse(stdout);
    if (/release: not found/.test(stderr)) return [];
    throw new Refusal(`cannot read the history of ${RELEASE}: ${stderr.trim()}`);
  }

  manifest(revision) {
    const chosen = revision ? ['--revision', String(revision)] : [];
    return runOrRefuse(`cannot read the manifest of ${RELEASE}`, 'helm', [
      ...this.bound,
      'get',
      'manifest',
      RELEASE,
      ...chosen,
    ]);
  }

  /** What an upgrade would write, rendered by the cluster's own capabilities. */
  async dryRun(upgradeArguments) {
    const args = [...this.bound, ...upgradeArguments, '--dry-run=server', '-o', 'json'];
    return JSON.parse(await runOrRefuse('the chart does not render', 'helm', args)).manifest;
  }

  async upgrade(upgradeArguments, { timeout = TIMEOUT } = {}) {
    await this.change('upgrade', [
      ...upgradeArguments,
      await this.atomic(),
      '--wait',
      '--timeout',
      timeout,
      '--history-max',
      String(REVISIONS),
    ]);
  }

  async rollback(revision, { timeout = TIMEOUT } = {}) {
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

  async uninstall({ timeout = TIMEOUT } = {}) {
    await this.change('uninstall', ['uninstall', RELEASE, '--wait', '--timeout', timeout]);
  }

  async test({ timeout = '5m' } = {}) {
    await this.change('test', ['test', RELEASE, '--logs', '--timeout', timeout]);
  }

  async change(what, args) {
    const { code, signal } = await supervise('helm', [...this.bound, ...args], {
      lost: this.lease?.lost.signal,
    });
    if (this.lease?.lost.signal.aborted)
      throw new Refusal(`helm ${what} was ended because the lease was lost`);
    if (signal) throw new Refusal(`helm ${what} was interrupted by ${signal} and ended with ${code}`);
    if (code !== 0)
      throw new Refusal(`helm ${what} failed (${code}); scripts/report keeps what is known of it`);
  }

  /** Helm 4 has another word for it. */
  async atomic() {
    const version = await runOrRefuse('cannot run helm', 'helm', ['version', '--short']);
    return version.startsWith('v3.') ? '--atomic' : '--rollback-on-failure';
  }
}
