/**
 * Publishes posts while other webhooks lead to receivers that never answer, drip, answer without an end, redirect, fail or are
 * down, and measures when a healthy receiver gets each post, with and without the others. Then the receiver that was down
 * starts, and must get every event, in the order of each post.
 * `npm run test:heavy -- webhook-receivers [posts, default 200]`
 */
import type { RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../support/loopback.ts';
import { Arrivals, listen } from './arrivals.ts';
import { Deployment } from './deployment.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { HookAdmin } from './hook-admin.ts';

const EVENTS = ['post.published', 'post.updated'];
const MOST_MS = 600_000;
/** Whoever waits for a receiver that does not answer waits for 10 s. All of them share this machine. */
const MOST_DELAY_MS = 5000;
const MEBIBYTE = 1024 * 1024;
/** Galley reads 1 MiB. The rest is in the buffers of the sockets. */
const MOST_WRITTEN = 16 * MEBIBYTE;

export const webhookReceivers: HeavyTest = async ([posts = '200'], closing) => {
  const deployment = await Deployment.open(closing);
  const [galley] = await deployment.started(1, { OUTBOUND_ALLOW: '127.0.0.1' });
  if (!galley) throw new Error('there is no process');
  const admin = await HookAdmin.signUp(galley.url, deployment);
  const count = Number(posts);
  const healthy = new Arrivals();
  const { id: healthyId } = await admin.create(await listen(healthy.take, closing), EVENTS);
  const alone = await measured(admin, healthy, count);

  const hostile = new Hostile();
  for (const receiver of Object.values(hostile.receivers))
    await admin.create(await listen(receiver, closing), EVENTS);
  const port = await freePort();
  const down = await admin.create(`http://127.0.0.1:${port}/`, EVENTS);
  const beside = await measured(admin, healthy, count);
  console.table({ alone: summary(alone), 'beside six others': summary(beside) });
  const costs = await deployment.query<{ url: string; longest: number; kept: number }>(
    `SELECT w.url, max(a.duration_ms) AS longest, max(length(a.response_body)) AS kept
     FROM webhook_attempts a JOIN webhook_deliveries d ON d.id = a.delivery_id JOIN webhooks w ON w.id = d.webhook_id
     WHERE w.id <> $1 GROUP BY 1`,
    healthyId,
  );
  console.log(`endless: at most ${(hostile.most / MEBIBYTE).toFixed(2)} MiB were written to one connection`);
  const recovered = new Arrivals();
  await listen(recovered.take, closing, port);
  const since = performance.now();
  await drained(deployment, admin, down.id);
  const seconds = Math.round((performance.now() - since) / 1000);
  console.log(
    `the receiver that was down got ${recovered.events.size} events in ${seconds} s after its start`,
  );
  return faultsAmong([
    percentile(beside, 0.99) - percentile(alone, 0.99) > MOST_DELAY_MS &&
      'the others delay the healthy receiver',
    costs.length < 5 && `only ${costs.length} of the other receivers were called`,
    hostile.most > MOST_WRITTEN && 'much more than 1 MiB of a response is read',
    costs.some(({ longest }) => longest > 11_000) && 'a request took longer than 10 s',
    costs.some(({ kept }) => kept > 4096) && 'more than 4 KiB of a response are kept',
    recovered.events.size !== 2 * count && `${2 * count - recovered.events.size} events are lost`,
    !(healthy.isInOrder && recovered.isInOrder) && 'events of a post arrived in another order',
  ]);
};

class Hostile {
  /** The most bytes that one connection took. */
  most = 0;

  readonly receivers: Record<string, RequestListener> = {
    silent: () => undefined,
    endless: (_request, response) => this.flood(response),
    dripping: (_request, response) => void this.drip(response),
    redirecting: (_request, response) => void response.writeHead(302, { location: '/' }).end(),
    failing: (_request, response) => void response.writeHead(500).end(),
  };

  private flood(response: ServerResponse): void {
    const { socket } = response;
    response.writeHead(200);
    const write = () => {
      while (!response.destroyed && response.write(Buffer.alloc(65_536, 'a')));
    };
    response.on('drain', write).once('close', () => {
      this.most = Math.max(this.most, socket?.bytesWritten ?? 0);
    });
    write();
  }

  private async drip(response: ServerResponse): Promise<void> {
    response.writeHead(200);
    for (; !response.destroyed; await delay(1000)) response.write('a');
  }
}

/** Publishes and updates posts. @returns the milliseconds until the healthy receiver had each event */
async function measured(admin: HookAdmin, healthy: Arrivals, count: number): Promise<number[]> {
  const written = new Map<string, number>();
  for (let n = 0; n < count; n++) {
    const id = await admin.publish();
    written.set(`${id} post.published`, performance.now());
    await admin.send('PATCH', `posts/${id}`, { title: `Title ${n}` });
    written.set(`${id} post.updated`, performance.now());
  }
  await until(() => [...written.keys()].every((key) => healthy.at.has(key)));
  return [...written].map(([key, at]) => Math.max(0, (healthy.at.get(key) ?? Infinity) - at));
}

/** An administrator replays what is pending, so that the pauses of the table are not waited for. */
async function drained(deployment: Deployment, admin: HookAdmin, webhookId: string): Promise<void> {
  await until(async () => {
    const pending = await deployment.query<{ id: string }>(
      `SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'pending' AND is_head AND next_attempt_at > now()
       LIMIT 50`,
      webhookId,
    );
    for (const { id } of pending) await admin.send('POST', `webhooks/deliveries/${id}/replay`);
    const [left] = await deployment.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'pending'`,
      webhookId,
    );
    return left?.count === 0;
  });
}

const percentile = (values: number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0;

const summary = (values: number[]) => ({
  events: values.length,
  'p50 ms': Math.round(percentile(values, 0.5)),
  'p99 ms': Math.round(percentile(values, 0.99)),
});

async function until(holds: () => unknown): Promise<void> {
  for (const since = performance.now(); !(await holds()); await delay(100))
    if (performance.now() - since > MOST_MS) throw new Error(`waited ${MOST_MS / 1000} s`);
}
