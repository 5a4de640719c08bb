/**
 * Renders 100,000 malicious bodies, known and generated ones, up to 1 MB. Each is rendered or rejected by a named
 * limit, none blocks the event loop for 50 ms, none writes to stdout or stderr, and the time grows linearly with
 * the length. Then a sample is sent over HTTP.
 * `npm run test:heavy -- rendering [bodies, default 100000] [seed]`
 */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Closing } from '../support/closing.ts';
import type { HeavyTest } from './heavy-test.ts';
import { formatOf, generator } from './hostile.ts';
import type { Measurement, Message } from './rendering-measure.ts';
import { openGalley } from './serving.ts';
import { Writer } from './writer.ts';

const HTTP_BODIES = 300;
const MOST_FAULTS = 20;

export const rendering: HeavyTest = async ([bodies = '100000', seed = '7'], closing) => {
  const { faults, leaked } = await measureApart({ bodies: Number(bodies), seed: Number(seed) });
  console.log(`${leaked.length} bytes on stdout and stderr`);
  faults.push(...(await overHttp(Number(seed) + 1, closing)));
  if (leaked) faults.push(`on stdout or stderr: ${leaked.slice(0, 1000)}`);
  return faults.slice(0, MOST_FAULTS);
};

/** Measures in a separate process, which must not write anything to stdout or stderr. */
async function measureApart(measurement: Measurement): Promise<{ faults: string[]; leaked: string }> {
  const child = fork(join(import.meta.dirname, 'rendering-measure.ts'), [JSON.stringify(measurement)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let leaked = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => (leaked += chunk.toString()));
  let faults = ['the process ended early'];
  child.on('message', (message: Message) =>
    'line' in message ? console.log(message.line) : (faults = message.faults),
  );
  await new Promise((resolve) => child.once('close', resolve));
  return { faults, leaked };
}

/**
 * Sends bodies, titles and tags of a sample. Each response must be 201 or a named 400, and the log must contain
 * only JSON lines.
 */
async function overHttp(seed: number, closing: Closing): Promise<string[]> {
  const { galley } = await openGalley(closing, { RATE_LIMIT_MAX: '1000000', LOG_LEVEL: 'info' });
  const { token } = await Writer.signUp(galley, 'hostile@example.com');
  const next = generator(seed);
  const statuses: Record<string, number> = {};
  const faults: string[] = [];
  for (let n = 0; n < HTTP_BODIES; n++) {
    const length = n % 20 === 0 ? 900_000 : 100 + n * 20;
    const answer = await fetch(`${galley.url}/api/v1/posts`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({
        title: next(100).slice(0, 100) || 'T',
        body: next(length),
        bodyFormat: formatOf(n),
      }),
    });
    const { code = '' } = (await answer.json()) as { code?: string };
    const status = `${answer.status} ${code}`;
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (answer.status >= 500) faults.push(status);
  }
  await galley.stop(); // so that its log is whole
  console.log(`${HTTP_BODIES} over HTTP:`, statuses);
  for (const line of galley.output.split('\n').filter(Boolean))
    if (!isJson(line)) faults.push(`not a log line: ${line.slice(0, 200)}`);
  return faults;
}

function isJson(line: string): boolean {
  try {
    return Boolean(JSON.parse(line));
  } catch {
    return false;
  }
}
