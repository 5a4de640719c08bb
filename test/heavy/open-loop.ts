import { clearInterval, setInterval } from 'node:timers';

const EVERY_MS = 10;

/** Sends one request. */
export type Kind = () => Promise<Response>;

interface Answered {
  at: number;
  took: number;
  /** The status, or the reason why there was no response. */
  status: number | string;
}

/** The results of requests. Times are in ms. */
export interface During {
  requests: number;
  failed: number;
  failures: (number | string)[];
  p50: number;
  p99: number;
  worst: number;
}

/**
 * Sends requests at a constant rate (by default 100 per second), the kinds in turn, whether or not the previous
 * ones have been answered. All requests during a stall are therefore affected by it.
 */
export class OpenLoop {
  private readonly answers: Answered[] = [];
  private readonly running = new Set<Promise<void>>();
  private readonly timer: NodeJS.Timeout;

  constructor(kinds: Kind[], everyMs = EVERY_MS) {
    let sent = 0;
    this.timer = setInterval(() => {
      const kind = kinds[sent++ % kinds.length];
      if (!kind) return;
      const one = this.send(kind);
      this.running.add(one);
      void one.finally(() => this.running.delete(one));
    }, everyMs);
  }

  private async send(kind: Kind): Promise<void> {
    const at = performance.now();
    const status = await kind().then(
      async (answer) => (await answer.arrayBuffer(), answer.status),
      (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? error.message,
    );
    this.answers.push({ at, took: performance.now() - at, status });
  }

  /** Returns the results of the requests that were sent during `work`. */
  async during(work: () => Promise<unknown>): Promise<During> {
    const from = performance.now();
    await work();
    const to = performance.now();
    await Promise.all(this.running);
    const answers = this.answers.filter(({ at }) => at >= from && at < to);
    const times = answers.map(({ took }) => took).sort((a, b) => a - b);
    const failures = answers.map(({ status }) => status).filter((status) => !(Number(status) < 300));
    return {
      requests: answers.length,
      failed: failures.length,
      failures: [...new Set(failures)],
      p50: times[times.length >> 1] ?? NaN,
      p99: times[Math.floor(times.length * 0.99)] ?? NaN,
      worst: times.at(-1) ?? NaN,
    };
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await Promise.all(this.running);
  }
}
