import { run } from './run.ts';
import { Refusal } from './refusal.ts';

/** The answers of the API server that a caller may expect. */
const REASON = /Error from server \((\w+)\)/;

/** kubectl, bound to a target's cluster and namespace. */
export class Kubectl {
  constructor({ kubeconfig, namespace }) {
    this.bound = ['--kubeconfig', kubeconfig, '--namespace', namespace];
  }

  /** @returns `{ ok, reason, stdout, stderr }`; `reason` is the server's, as NotFound or Conflict */
  async try(args, { input, seconds = 15 } = {}) {
    const limit = args.some((arg) => arg.startsWith('--timeout')) ? [] : [`--request-timeout=${seconds}s`];
    const { code, stdout, stderr } = await run('kubectl', [...this.bound, ...limit, ...args], {
      input,
      timeoutMs: (seconds + 5) * 1000,
    });
    return { ok: code === 0, reason: REASON.exec(stderr)?.[1], stdout, stderr };
  }

  async do(wanted, args, options) {
    const { ok, stdout, stderr } = await this.try(args, options);
    if (!ok) throw new Refusal(`${wanted}: ${stderr.trim()}`);
    return stdout;
  }

  /** @returns the object, or undefined where there is none of that name */
  async get(kind, name) {
    const answer = await this.try(['get', kind, name, '-o', 'json']);
    if (answer.ok) return JSON.parse(answer.stdout);
    if (answer.reason === 'NotFound') return undefined;
    throw new Refusal(`cannot read ${kind} ${name}: ${answer.stderr.trim()}`);
  }

  async list(kind, labels) {
    const selector = labels
      ? [
          '-l',
          Object.entries(labels)
            .map((pair) => pair.join('='))
            .join(','),
        ]
      : [];
    return JSON.parse(await this.do(`cannot list ${kind}`, ['get', kind, ...selector, '-o', 'json'])).items;
  }
}
