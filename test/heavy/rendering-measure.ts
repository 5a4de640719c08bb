/** Measures hostile bodies for rendering.ts, which forks this file. The process communicates only with messages. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DEFAULT_PROVIDERS } from '#dist/platform/content/embed-providers.js';
import { render } from '#dist/platform/content/render.js';
import { BodyThreads } from '#dist/platform/content/body-threads.js';
import { Renderer } from '#dist/platform/content/renderer.js';
import { POST_BODY } from '#dist/posts/post.rendering.js';
import { isMain } from '../../scripts/tools/main.ts';
import { CLASSES, type Format, formatOf, generator, KNOWN } from './hostile.ts';
import { peakMegabytes } from './memory-cgroup.ts';

const MOST_BLOCK_MS = 50;
const LARGE = 1_000_000;

export interface Measurement {
  bodies: number;
  seed: number;
}

/** The messages of this process: lines, and finally its faults. */
export type Message = { line: string } | { faults: string[] };
type Say = (line: string) => void;

/** @returns the faults */
async function measure({ bodies, seed }: Measurement, say: Say): Promise<string[]> {
  const faults = growthOfClasses(say);
  const attempts = new Attempts();
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  const next = generator(seed);
  for (let n = 0; n < bodies; n++)
    await attempts.hold(n < KNOWN.length * 3 ? known(n) : next(lengthOf(n)), formatOf(n));
  loop.disable();
  await attempts.end();
  say(
    `${bodies} bodies: ${attempts.rendered} rendered, ${attempts.refused} refused by a named limit; ` +
      `the longest call took ${attempts.longest.toFixed(1)} ms of this thread, loop delay at most ${(loop.max / 1e6).toFixed(1)} ms`,
  );
  say(`peak RSS ${peakMegabytes(process.pid).toFixed(0)} MB, classes of 1 MB on this thread included`);
  return [...faults, ...attempts.faults];
}

/** Checks that the time of each class grows in proportion to its length. */
function growthOfClasses(say: Say): string[] {
  const faults: string[] = [];
  say('| class | 10 KB | 100 KB | 1 MB | in ms of CPU');
  for (const [name, [format, make]] of Object.entries(CLASSES)) {
    const timeOf = (length: number) => cpuMs(() => tryTo(make(length), format));
    const times: [number, number, number] = [timeOf(10_000), timeOf(100_000), timeOf(LARGE)];
    say(`| ${name} | ${times.map((ms) => ms.toFixed(1)).join(' | ')} |`);
    if (times[2] > 40 * Math.max(times[1], 5)) faults.push(`${name} grows faster than its length`);
  }
  return faults;
}

/** Renders one body after another as the app does, and counts the results. */
class Attempts {
  readonly faults: string[] = [];
  rendered = 0;
  refused = 0;
  /** The longest call, in milliseconds of CPU time of this thread. */
  longest = 0;
  private readonly threads = new BodyThreads();
  private readonly renderer = new Renderer({ EMBED_PROVIDERS: [...DEFAULT_PROVIDERS] }, this.threads);

  /** Renders a body, which must not block this thread. */
  async hold(body: string, format: Format): Promise<void> {
    const held = await this.attempt(body, format);
    // Code that is not optimized yet is slow once. A body that is really slow is slow again.
    const again =
      held > MOST_BLOCK_MS
        ? Math.min(held, await this.attempt(body, format), await this.attempt(body, format))
        : held;
    this.longest = Math.max(this.longest, again);
    if (again > MOST_BLOCK_MS)
      this.faults.push(`${again.toFixed(0)} ms: ${JSON.stringify(body.slice(0, 100))}`);
  }

  end(): Promise<void> {
    return this.threads.onApplicationShutdown();
  }

  private async attempt(body: string, format: Format): Promise<number> {
    const before = process.threadCpuUsage();
    const promise = this.renderer.render(POST_BODY, { body, format }, 'one');
    const { user, system } = process.threadCpuUsage(before);
    await promise.then(
      () => this.rendered++,
      (error: Error) => {
        if (!isTooComplex(error)) this.faults.push(`${error.stack}: ${JSON.stringify(body.slice(0, 100))}`);
        this.refused++;
      },
    );
    return (user + system) / 1000;
  }
}

const isTooComplex = (error: unknown) =>
  (error as { kind?: { code?: string } }).kind?.code === 'body_too_complex';

function known(n: number): string {
  return KNOWN[Math.floor(n / 3)]?.([2_000, 16_000, LARGE][n % 3] ?? LARGE) ?? '';
}

/** Most bodies are short, and one in a thousand has 100 KB. */
function lengthOf(n: number): number {
  if (n % 1000 === 0) return 100_000;
  return n % 10 === 0 ? 8_000 : 100 + (n % 1400);
}

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function tryTo(body: string, format: Format): void {
  try {
    render({ kind: POST_BODY, body, format });
  } catch (error) {
    if (!isTooComplex(error)) throw error;
  }
}

if (isMain(import.meta)) {
  const tell = (message: Message) => process.send?.(message);
  tell({ faults: await measure(JSON.parse(process.argv[2] ?? '') as Measurement, (line) => tell({ line })) });
  process.disconnect();
}
