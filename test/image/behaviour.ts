import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ContainerRuntime, RESTRICTED } from './container-runtime.ts';

const READY_MS = 60_000;
const DRAIN_MS = 5000;
const HEAP_SHARE = 0.75;
const MEMORY_MIB = 256;

/** Checks the parts that require no database. */
export function aloneFaults(runtime: ContainerRuntime): string[] {
  const faults: string[] = [];
  const says = (...command: string[]) => {
    const { status, stdout, stderr } = runtime.once([], ...command);
    return { status, text: `${stdout}${stderr}`.trim() };
  };
  const hash = says(
    'node',
    '-e',
    "import('@node-rs/argon2').then((argon2) => argon2.hash('a password')).then(console.log)",
  );
  if (!hash.text.startsWith('$argon2id$')) faults.push(`hashes no password: ${hash.text}`);
  const who = says('id', '-u').text;
  if (who !== '1001') faults.push(`runs as ${who}`);
  const write = says('sh', '-c', 'touch /app/x /tmp/x /etc/x 2>&1; ls /app/x /tmp/x /etc/x 2>/dev/null');
  if (/^\/(app|tmp|etc)\/x$/m.test(write.text)) faults.push('could write to its read-only root');
  const heap = Number(says('node', '-p', "require('v8').getHeapStatistics().heap_size_limit / 2 ** 20").text);
  if (Math.abs(heap - MEMORY_MIB * HEAP_SHARE) > 16)
    faults.push(`takes ${heap} MiB of heap where ${MEMORY_MIB} MiB of memory are`);
  if (says('galley', '--help').status !== 0) faults.push('has no galley on PATH');
  const unset = says();
  if (unset.status !== 78 || !unset.text.includes('DATABASE_URL'))
    faults.push(`without settings ends with ${unset.status}, not 78 and their names`);
  return faults;
}

/**
 * Checks that the image migrates, starts, serves, and ends when it is stopped.
 * @param database the options of `run` that provide DATABASE_URL
 */
export async function serverFaults(runtime: ContainerRuntime, database: string[]): Promise<string[]> {
  const secret = () => randomBytes(32).toString('hex');
  const settings = [
    ['JWT_SECRET', secret()],
    ['JWT_REFRESH_SECRET', secret()],
    ['METRICS_TOKEN', secret()],
    ['GALLEY_SINGLE_PROCESS', 'true'],
    ['SHUTDOWN_DELAY_MS', String(DRAIN_MS)],
  ].flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  const options = [...RESTRICTED, ...database, ...settings];
  const migrated = runtime.run('run', '--rm', ...options, runtime.image, 'galley', 'migrate');
  if (migrated.status !== 0) return [`cannot migrate: ${migrated.stderr}`];
  const container = runtime.must('run', '--detach', ...options, runtime.image);
  try {
    return await lifeFaults(runtime, container);
  } finally {
    runtime.run('rm', '--force', container);
  }
}

async function lifeFaults(runtime: ContainerRuntime, container: string): Promise<string[]> {
  const healthy = (...path: string[]) =>
    runtime.run('exec', container, 'node', 'dist/healthcheck.js', ...path).status === 0;
  const since = Date.now();
  while (!healthy('/health/ready'))
    if (Date.now() - since > READY_MS)
      return [`never became ready: ${runtime.run('logs', container).stdout}`];
    else await delay(500);
  console.log(`ready ${((Date.now() - since) / 1000).toFixed(1)} s after its start`);

  const faults: string[] = [];
  if (!healthy()) faults.push('is unhealthy to its own check');
  const load = runtime.run('exec', container, 'node', '--input-type=module', '-e', LOAD);
  if (load.status !== 0) faults.push(`fails under load: ${load.stderr}`);

  const told = Date.now();
  const waiting = delay(1500).then(() => ({ ready: healthy('/health/ready'), live: healthy() }));
  runtime.must('kill', '--signal', 'TERM', container);
  const draining = await waiting;
  if (draining.ready || !draining.live) faults.push('does not turn unready and go on serving after SIGTERM');
  const code = Number(runtime.must('wait', container));
  const took = Date.now() - told;
  console.log(`ended with ${code}, ${(took / 1000).toFixed(1)} s after SIGTERM`);
  if (code !== 0) faults.push(`ends with ${code} on SIGTERM`);
  if (took < DRAIN_MS) faults.push(`ends ${took} ms after SIGTERM, before proxies have noticed`);
  return faults;
}

/** A page whose text is a file, and a thousand reads by twenty clients, inside of the container, so that no port must be open. */
const LOAD = `
const guide = await fetch('http://127.0.0.1:3000/docs/guide/sessions');
if (!guide.ok) throw new Error('has no guide: ' + guide.status);
let left = 1000;
await Promise.all(Array.from({ length: 20 }, async () => {
  while (left-- > 0) {
    const answer = await fetch('http://127.0.0.1:3000/health/ready');
    if (!answer.ok) throw new Error('answered ' + answer.status);
    await answer.arrayBuffer();
  }
}));
`;
