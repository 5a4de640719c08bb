import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import { Kubectl } from '../../scripts/release/kubectl.ts';
import { MixedLoad } from './mixed-load.ts';

/** The options of parseArgs that the tests use. */
type Options = Record<'per-second', Option> & Record<string, Option>;
interface Option {
  type: 'string';
  default: string;
}

const API = { 'app.kubernetes.io/component': 'api', 'app.kubernetes.io/instance': 'galley' };

/** The release galley in NAMESPACE, and the clients that it serves. */
export class UnderLoad {
  readonly faults: string[] = [];
  readonly given: Record<string, string>;
  readonly namespace: string;
  readonly kubectl: Kubectl;
  /** `open` sets it before it returns the object. */
  load!: MixedLoad;
  #stopped = false;
  readonly #startedAt = performance.now();

  private constructor(given: Record<string, string>, cluster: { kubeconfig: string; namespace: string }) {
    this.given = given;
    this.namespace = cluster.namespace;
    this.kubectl = new Kubectl(cluster);
  }

  /**
   * Reads options and environment, creates an account for the load and starts the load.
   * @param options the options of parseArgs, which must include per-second
   * @returns undefined, and sets the exit code, if it has printed the usage instead
   */
  static async open(usage: string, options: Options): Promise<UnderLoad | undefined> {
    const { values } = parseArgs({ options: { ...options, help: { type: 'boolean' } } });
    const { help, ...given } = values;
    const { KUBECONFIG, NAMESPACE, BASE_URL } = process.env;
    if (help || !KUBECONFIG || !NAMESPACE) {
      console.log(usage.trim());
      process.exitCode = help ? 0 : 2;
      return undefined;
    }
    const opened = new UnderLoad(given, { kubeconfig: KUBECONFIG, namespace: NAMESPACE });
    const service = await opened.kubectl.get('service', 'galley');
    const base = BASE_URL ?? `http://${service?.spec.clusterIP}:${service?.spec.ports[0]?.port}`;
    const account = await opened.#account();
    opened.load = new MixedLoad(base, { ...account, perSecond: Number(given['per-second']) });
    await opened.load.start();
    return opened;
  }

  async #account(): Promise<{ email: string; password: string }> {
    const email = `load-${randomBytes(4).toString('hex')}@example.com`;
    const password = randomBytes(16).toString('hex');
    const create = ['galley', 'user:create', '--email', email, '--role', 'editor'];
    await this.kubectl.do(
      'no account',
      ['exec', '-i', 'deployment/galley', '-c', 'galley', '--', ...create],
      {
        input: `${password}\n`,
        seconds: 120, // The pods of a busy machine share its processors with everything else.
      },
    );
    return { email, password };
  }

  say(text: string): void {
    const seconds = ((performance.now() - this.#startedAt) / 1000).toFixed(1);
    console.log(`${seconds.padStart(6)} s ${text}`);
  }

  /** Returns the names of the pods that serve or are still ending. */
  async pods(): Promise<string[]> {
    return (await this.kubectl.list('pods', API)).map(({ metadata }) => metadata.name);
  }

  /** Resolves when these pods have ended. */
  gone(names: string[]): Promise<void> {
    return this.until(`the end of ${names.join(', ')}`, 120, async () => {
      const left = await this.pods();
      return !left.some((name) => names.includes(name));
    });
  }

  /** Checks the condition every half second. */
  async until(what: string, seconds: number, holds: () => Promise<boolean>): Promise<void> {
    const deadline = performance.now() + seconds * 1000;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain for ${what}`);
      await delay(500);
    }
  }

  /** Ends the load, prints the result and sets the exit code. */
  async close(): Promise<void> {
    await this.stopLoad();
    for (const fault of this.faults) console.error(`FAIL ${fault}`);
    process.exitCode = this.faults.length === 0 ? 0 : 1;
  }

  async stopLoad(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    const result = await this.load.stop();
    if (result.errors > 0) this.faults.push(`${result.errors} requests failed`);
    for (const failure of this.load.failures.slice(0, 20)) console.log(failure);
    console.log(JSON.stringify(result));
  }
}
