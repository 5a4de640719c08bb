import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../tools/failures.ts';
import { Refusal } from './refusal.ts';
import { type Cluster, RELEASE } from './target.ts';

interface Reached {
  url: string;
  close: () => void;
}

/**
 * Returns a URL at which all routes of an environment respond, including health, which no gateway exposes: API_URL
 * if this machine can access the Service, otherwise a tunnel through the API server.
 */
export async function reach({ kubeconfig, namespace }: Cluster, env = process.env): Promise<Reached> {
  if (env.API_URL) return { url: env.API_URL.replace(/\/+$/, ''), close: () => undefined };
  const args = [
    '--kubeconfig',
    kubeconfig,
    '--namespace',
    namespace,
    'port-forward',
    `service/${RELEASE}`,
    ':http',
  ];
  const child = spawn('kubectl', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const port = await new Promise<string | undefined>((found) => {
    // The output is read to its end, because kubectl logs each connection and exits if nothing reads its output.
    child.stdout
      .setEncoding('utf8')
      .on('data', (text: string) => found(/127\.0\.0\.1:(\d+)/.exec(text)?.[1]));
    child.on('exit', () => found(undefined));
    setTimeout(() => found(undefined), 20_000).unref();
  });
  if (!port) {
    child.kill();
    throw new Refusal(
      `service/${RELEASE} in ${namespace} cannot be reached: ${said.trim() || 'no output of kubectl port-forward'}`,
    );
  }
  return { url: `http://127.0.0.1:${port}`, close: () => child.kill() };
}

/** Waits until the server responds. */
export async function untilReady(url: string, seconds = 60): Promise<void> {
  const deadline = performance.now() + seconds * 1000;
  let last: number | string = 'nothing';
  while (performance.now() < deadline) {
    last = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5000) }).then(
      ({ status }) => status,
      (error: Error & { cause?: { code?: string } }) => error.cause?.code ?? messageOf(error),
    );
    if (last === 200) return;
    await delay(500);
  }
  throw new Refusal(`${url}/health/ready did not return 200 within ${seconds} s, but ${last}`);
}
