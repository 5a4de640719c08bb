import type { Kinds, Labels, Lists } from './kubernetes.ts';
import { run } from './run.ts';
import { Refusal } from './refusal.ts';
import type { Cluster } from './target.ts';

export interface Call {
  /** For standard input. */
  input?: string;
  seconds?: number;
}

export interface Answer {
  ok: boolean;
  /** The server's own, as NotFound or Conflict. */
  reason: string | undefined;
  stdout: string;
  stderr: string;
}

/** The answers of the API server that a caller may expect. */
const REASON = /Error from server \((\w+)\)/;

/** kubectl, bound to a target's cluster and namespace. */
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

  /** @returns the object, or undefined where there is none of that name */
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
