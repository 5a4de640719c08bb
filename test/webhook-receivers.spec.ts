import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { NameResolver } from '../src/platform/outbound/name-resolver.js';
import type { DeliveryView } from '../src/webhooks/webhooks.schemas.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { TestDns } from './support/dns.js';
import { type Galley, startGalley, STORY_SETTINGS } from './support/galley.js';
import { HookReceiver } from './support/hook-receiver.js';
import { freePort } from './support/loopback.js';
import { until } from './support/until.js';

/** The address of a name when a webhook is created. */
const PUBLIC = '93.184.215.14';

let dns: TestDns;
let rebound = false;
let galley: Galley;
let admin: Client;
let writer: Person;
const receivers: HookReceiver[] = [];
const children: ChildProcess[] = [];
beforeAll(async () => {
  dns = await TestDns.start({ 'rebind.test': () => [rebound ? '127.0.0.2' : PUBLIC] });
  galley = await startGalley({ ...WEBHOOK_SETTINGS, JOBS_WEBHOOKS_CONCURRENCY: '4' });
  galley.app.get(NameResolver, { strict: false }).setServers([dns.address]);
  admin = galley.as(await galley.aUser({ role: 'admin' }));
  writer = await galley.aUser();
});
afterEach(async () => {
  await galley.database.query('DELETE FROM webhooks');
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const receiver of receivers.splice(0)) await receiver.stop();
});
afterAll(async () => {
  await galley.stop();
  await dns.stop();
});

async function aReceiver(answer?: HookReceiver['answer'], port?: number): Promise<HookReceiver> {
  const receiver = await HookReceiver.start(answer, port);
  receivers.push(receiver);
  return receiver;
}

const aPost = () => galley.aPost({ author: writer, status: 'published' });
const deliveriesOf = async (id: string) =>
  (await admin.get(`/api/v1/webhooks/${id}/deliveries?sort=createdAt&limit=100`).expect(200)).body
    .data as DeliveryView[];
const firstAttempt = async (id: string) => {
  await until(async () => (await deliveriesOf(id)).some(({ attempts }) => attempts.length > 0));
  const delivery = (await deliveriesOf(id)).find(({ attempts }) => attempts.length > 0) as DeliveryView;
  const { body } = await admin.get(`/api/v1/webhooks/deliveries/${delivery.id}`).expect<DeliveryView>(200);
  return { state: body.state, ...(body.attempts[0] as DeliveryView['attempts'][number]) };
};
const hurry = (id: string) =>
  galley.database.query(
    `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id IN (
       SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'pending' FOR UPDATE SKIP LOCKED)`,
    [id],
  );

/** Writes without an end, as fast as the other side reads, or one byte at a time. */
function endless(response: ServerResponse, chunk: Buffer, everyMs?: number): void {
  response.writeHead(200);
  const write = (): void => {
    if (response.destroyed) return;
    if (everyMs !== undefined) return void (response.write(chunk), setTimeout(write, everyMs));
    while (response.write(chunk));
    response.once('drain', write);
  };
  write();
}

describe('a hostile receiver', () => {
  it('that answers without an end costs a mebibyte', async () => {
    let sent = 0;
    const receiver = await aReceiver((response) => {
      endless(response, Buffer.alloc(16_384, 'a'));
      response.once('close', () => (sent = response.socket?.bytesWritten ?? 0));
    });
    const { id } = await aWebhook(admin, { url: receiver.url, events: ['post.published'] });
    await aPost();
    const { state, status, responseBody, durationMs } = await firstAttempt(id);
    expect([state, status, responseBody?.length]).toEqual(['delivered', 200, 4096]);
    expect(durationMs).toBeLessThan(10_000);
    await until(() => sent > 0);
    expect(sent).toBeLessThan(16 * 1024 * 1024); // The kernel takes some megabytes that nobody reads.
  });

  it.each([
    ['never answers', () => undefined],
    ['drips', (response: ServerResponse) => endless(response, Buffer.from('a'), 500)],
  ])('that %s costs 10 seconds', async (_what, answer) => {
    const receiver = await aReceiver(answer);
    const { id } = await aWebhook(admin, { url: receiver.url, events: ['post.published'] });
    await aPost();
    const { state, durationMs, error } = await firstAttempt(id);
    expect([state, error]).toEqual(['pending', expect.stringContaining('10000')]);
    expect([durationMs >= 9_900, durationMs < 30_000]).toEqual([true, true]);
  });

  it('that redirects is not followed', async () => {
    const target = await aReceiver();
    const receiver = await aReceiver((response) => {
      response.writeHead(307, { location: target.url }).end();
    });
    const { id } = await aWebhook(admin, { url: receiver.url, events: ['post.published'] });
    await aPost();
    expect(await firstAttempt(id)).toMatchObject({
      ...{ state: 'pending', status: 307 },
      error: expect.stringContaining('does not follow redirects'),
    });
    expect(target.received).toEqual([]);
  });

  it('whose name later leads into the network of the server is not called', async () => {
    const inside = await HookReceiver.start();
    receivers.push(inside);
    rebound = false;
    const { id } = await aWebhook(admin, {
      url: `http://rebind.test:${inside.port}/`,
      events: ['post.published'],
    });
    rebound = true;
    await aPost();
    expect(await firstAttempt(id)).toMatchObject({
      ...{ state: 'pending', status: null },
      error: expect.stringContaining('must lead to a public address'),
    });
    expect(inside.received).toEqual([]);
    await admin
      .post('/api/v1/webhooks', { url: `http://rebind.test:${inside.port}/`, events: ['*'] })
      .expect(400);
  });

  it('delays no other one, whatever waits for it', async () => {
    const held: ServerResponse[] = [];
    for (let n = 0; n < 3; n++) {
      const slow = await aReceiver((response) => void held.push(response));
      await aWebhook(admin, { url: slow.url, events: ['post.published'] });
    }
    const fast = await aReceiver();
    const { id } = await aWebhook(admin, { url: fast.url, events: ['post.published'] });
    for (let n = 0; n < 30; n++) await aPost();
    await until(() => fast.events.length === 30);
    // Each slow one holds as many requests as it may.
    await until(() => held.length >= 15);
    expect(held.slice(0, 15).filter(({ writableEnded }) => writableEnded)).toEqual([]);
    await until(async () => (await deliveriesOf(id)).every(({ state }) => state === 'delivered'));
  });
});

describe('after it was down', () => {
  it('a receiver gets everything, in the order of each post', async () => {
    const port = await freePort();
    const { id } = await aWebhook(admin, {
      url: `http://127.0.0.1:${port}/hook`,
      events: ['post.published', 'post.updated'],
    });
    const posts = await Promise.all([1, 2, 3].map(aPost));
    for (let n = 0; n < 5; n++)
      for (const post of posts)
        await galley
          .as(writer)
          .patch(`/api/v1/posts/${post.id}`, { title: `Title ${n}` })
          .expect(200);
    await until(async () => (await deliveriesOf(id)).some(({ attempts }) => attempts.length > 0));
    const receiver = await aReceiver(undefined, port);
    await until(async () => {
      await hurry(id);
      await galley.database.query('UPDATE webhooks SET rest_until = NULL');
      return receiver.events.length === 18;
    }, 500);
    for (const post of posts)
      expect(
        receiver.events.flatMap(({ resource }) => (resource.id === post.id ? [resource.version] : [])),
      ).toEqual([2, 3, 4, 5, 6, 7]);
  });
});

/** The built program as a worker of the same deployment. */
async function aWorker(url: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['dist/main.js'], {
    env: {
      ...{ PATH: process.env.PATH, ...STORY_SETTINGS, ...WEBHOOK_SETTINGS, PROCESS_ROLE: 'worker' },
      ...{ DATABASE_URL: url, PORT: String(await freePort()) },
    },
    stdio: 'ignore',
  });
  children.push(child);
  return child;
}

describe('workers', () => {
  it('keep the order of a post, and one goes on where others were killed', async () => {
    const api = await startGalley({ PROCESS_ROLE: 'api', ...WEBHOOK_SETTINGS });
    try {
      const by = api.as(await api.aUser({ role: 'admin' }));
      let holds = true;
      const receiver = await aReceiver((response) => {
        if (!holds) response.writeHead(204).end();
      });
      const { id } = await aWebhook(by, { url: receiver.url, events: ['post.*'] });
      const killed = [await aWorker(api.database.url), await aWorker(api.database.url)];
      // A consumer begins at the end of the log when it starts for the first time.
      await until(
        async () =>
          (await api.database.query(`SELECT 1 FROM event_consumers WHERE name = 'webhooks'`)).length > 0,
      );
      await api.aPost({ status: 'published' });
      await until(() => receiver.received.length === 1);
      for (const child of killed) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      holds = false;
      // The lease of a dead process ends after 30 seconds.
      await api.database.query(`UPDATE webhooks SET pump_until = now() WHERE id = $1`, [id]);
      await aWorker(api.database.url);
      await aWorker(api.database.url);
      await until(() => receiver.events.length === 2);
      expect(receiver.received.map(({ event }) => event.type)).toEqual([
        'post.created',
        'post.created',
        'post.published',
      ]);
      const [first, again] = receiver.received;
      expect([again?.headers['webhook-id'], again?.text]).toEqual([
        first?.headers['webhook-id'],
        first?.text,
      ]);
    } finally {
      await api.stop();
    }
  });
});
