import type { Kinds, Labels, Lists } from './kubernetes.ts';
import { run } from './run.ts';
import { Refusal } from './refusal.ts';
import type { Cluster } from './target.ts';

export interface Call {
  /** The standard input. */
  input?: string;
  seconds?: number;
}

export interface Answer {
  ok: boolean;
  /** The reason of the server, for example NotFound or Conflict. */
  reason: string | undefined;
  stdout: string;
  stderr: string;
}

/** The errors of the API server that a caller can handle. */
const REASON = /Error from server \((\w+)\)/;

/** kubectl with the cluster and namespace of a target. */
export class Kubectl {
  private readonly bound: string[];

  constructor({ kubeconfig, namespace }: Cluster) {
    this.bound = ['--kubeconfig', kubeconfig, '--namespace', namespace];
  }

  async try(args: string[], { input, seconds = 15 }: Call = {}): Promise<Answer> {
    const limit = args.some((arg) => arg.startsWith('--timeout')) ? [] : [`--request-timeout=${seconds}s`];
    const { code, stdout, stderr } = await run('kubectl', [...this.bound, ...limit, ...args], {
      input,
      timeoutMs: (seconds + 5) * 1000,
    });
    return { ok: code === 0, reason: REASON.exec(stderr)?.[1], stdout, stderr };
  }

  async do(wanted: string, args: string[], options?: Call): Promise<string> {
    const { ok, stdout, stderr } = await this.try(args, options);
    if (!ok) throw new Refusal(`${wanted}: ${stderr.trim()}`);
    return stdout;
  }

  /** @returns the object, or undefined if it does not exist */
  async get<Kind extends keyof Kinds>(kind: Kind, name: string): Promise<Kinds[Kind] | undefined> {
    const answer = await this.try(['get', kind, name, '-o', 'json']);
    if (answer.ok) return JSON.parse(answer.stdout) as Kinds[Kind];
    if (answer.reason === 'NotFound') return undefined;
    throw new Refusal(`cannot read ${kind} ${name}: ${answer.stderr.trim()}`);
  }

  async list<Kind extends keyof Lists>(kind: Kind, labels?: Labels): Promise<Lists[Kind][]> {
    const selector = labels
      ? [
          '-l',
          Object.entries(labels)
            .map((pair) => pair.join('='))
            .join(','),
        ]
      : [];
    const list = await this.do(`cannot list ${kind}`, ['get', kind, ...selector, '-o', 'json']);
    return (JSON.parse(list) as { items: Lists[Kind][] }).items;
  }
}
