import { clearInterval, setInterval } from 'node:timers';

const EVERY_MS = 10;

/**
 * Sends requests at a steady rate, 100 a second if absent, the kinds in turn, whether or not
 * the ones before were answered: a stall is seen by all that arrive in it.
 */
export class OpenLoop {
  answers = [];
  running = new Set();

  constructor(kinds, everyMs = EVERY_MS) {
    let sent = 0;
    this.timer = setInterval(() => {
      const one = this.send(kinds[sent++ % kinds.length]);
      this.running.add(one);
      void one.finally(() => this.running.delete(one));
    }, everyMs);
  }

  async send(kind) {
    const at = performance.now();
    const status = await kind().then(
      async (answer) => (await answer.arrayBuffer(), answer.status),
      (error) => error.cause?.code ?? error.message,
    );
    this.answers.push({ at, took: performance.now() - at, status });
  }

  /** What became of the requests that were sent during `work`. */
  async during(work) {
    const from = performance.now();
    await work();
    const to = performance.now();
    await Promise.all(this.running);
    const answers = this.answers.filter(({ at }) => at >= from && at < to);
    const times = answers.map(({ took }) => took).sort((a, b) => a - b);
    const failures = answers.map(({ status }) => status).filter((status) => !(status < 300));
    return {
      requests: answers.length,
      failed: failures.length,
      failures: [...new Set(failures)],
      p50: times[times.length >> 1],
      p99: times[Math.floor(times.length * 0.99)],
      worst: times.at(-1),
    };
  }

  async stop() {
    clearInterval(this.timer);
    await Promise.all(this.running);
  }
}
