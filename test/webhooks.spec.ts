import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../src/platform/database/database.js';
import { Events } from '../src/platform/events/events.js';
import type { Principal } from '../src/platform/http/access/principal.js';
import { silentPostEvent } from '../src/posts/posts.events.js';
import { PostStatesService } from '../src/posts/post-states.service.js';
import { DeliveriesRepository } from '../src/webhooks/deliveries.repository.js';
import { DeliveryOutcomes } from '../src/webhooks/delivery-outcomes.js';
import type { DueDelivery } from '../src/webhooks/delivery-queue.repository.js';
import type { DeliveryView, WebhookView } from '../src/webhooks/webhooks.schemas.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import type { Person } from './support/builders.js';
import type { Client } from './support/client.js';
import { areEventsPlaced } from './support/event-log.js';
import { type Galley, startGalley } from './support/galley.js';
import { HookReceiver, type Received } from './support/hook-receiver.js';
import { isLockAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

let galley: Galley;
let person: Person;
let admin: Client;
const receivers: HookReceiver[] = [];
beforeAll(async () => {
  galley = await startGalley(WEBHOOK_SETTINGS);
  person = await galley.aUser({ role: 'admin', email: 'owner@example.com' });
  admin = galley.as(person);
});
afterEach(async () => {
  await galley.database.query('DELETE FROM webhooks');
  for (const receiver of receivers.splice(0)) await receiver.stop();
});
afterAll(() => galley.stop());

async function aReceiver(answer?: HookReceiver['answer']): Promise<HookReceiver> {
  const receiver = await HookReceiver.start(answer);
  receivers.push(receiver);
  return receiver;
}

const verified = (secret: string, { headers, text }: Received) =>
  new Webhook(secret).verify(text, headers as Record<string, string>);
const deliveriesOf = async (id: string, query = '') =>
  (await admin.get(`/api/v1/webhooks/${id}/deliveries?sort=createdAt${query}`).expect(200)).body
    .data as DeliveryView[];
const whole = async (id: string) =>
  (await admin.get(`/api/v1/webhooks/deliveries/${id}`).expect<DeliveryView>(200)).body;
const read = async (id: string) => (await admin.get(`/api/v1/webhooks/${id}`).expect<WebhookView>(200)).body;
/** Makes waiting deliveries due. */
const hurry = (id: string) =>
  galley.database.query(
    `UPDATE webhook_deliveries SET next_attempt_at = now() WHERE id IN (
       SELECT id FROM webhook_deliveries WHERE webhook_id = $1 AND state = 'pending' FOR UPDATE SKIP LOCKED)`,
    [id],
  );
/** Waits until the consumer has read all committed events. */
const consumed = () =>
  until(async () => {
    if (!(await areEventsPlaced(galley))) return false;
    const [row] = await galley.database.query(
      `SELECT 1 FROM event_log JOIN event_consumers ON head = position WHERE name = 'webhooks'`,
    );
    return row !== undefined;
  });
const settled = (id: string) =>
  until(async () => (await deliveriesOf(id)).every(({ state }) => state !== 'pending'));

describe('an event of a post', () => {
  it('reaches the webhooks that subscribe to it, signed, in the order of the post', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url, events: ['post.published', 'post.updated'] });
    const other = await aReceiver();
    await aWebhook(admin, { url: other.url, events: ['comment.*'] });
    const post = await galley.aPost({ title: 'News', status: 'published' });
    await galley.as(post.by).patch(`/api/v1/posts/${post.id}`, { title: 'More news' }).expect(200);
    await until(() => receiver.received.length === 2);
    expect(receiver.received.map(({ event }) => [event.type, event.resource, event.data?.title])).toEqual([
      ['post.published', { type: 'post', id: post.id, version: 2 }, 'News'],
      ['post.updated', { type: 'post', id: post.id, version: 3 }, 'More news'],
    ]);
    for (const received of receiver.received) {
      expect(verified(hook.secret, received)).toEqual(received.event);
      expect(received.headers).toMatchObject({
        'webhook-id': received.event.id,
        'content-type': 'application/json',
      });
      expect(() => verified('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', received)).toThrow();
      expect(received.event).toMatchObject({ actorId: post.by.id });
      expect(received.event.data).not.toHaveProperty('body');
    }
    expect(other.received).toEqual([]);
    await settled(hook.id);
    const [first, second] = await deliveriesOf(hook.id);
    expect([first?.state, second?.state]).toEqual(['delivered', 'delivered']);
    expect(first?.attempts).toEqual([
      {
        at: expect.stringMatching(/^[\d-]+T[\d:.]+Z$/),
        status: 204,
        durationMs: expect.any(Number),
        error: null,
      },
    ]);
    const { body, attempts, eventId } = await whole(first?.id as string);
    expect(JSON.parse(body as string)).toEqual(receiver.received[0]?.event);
    expect([attempts[0]?.responseBody, eventId]).toEqual(['', receiver.received[0]?.event.id]);
  });

  it('tells nothing about a draft but its id', async () => {
    const receiver = await aReceiver();
    await aWebhook(admin, { url: receiver.url, events: ['post.*'] });
    const { id } = await galley.aPost({ title: 'Secret plans' });
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.event).toMatchObject({ type: 'post.created', resource: { id }, data: null });
    expect(receiver.received[0]?.text).not.toContain('Secret');
  });

  it('does not leave if nobody is notified of it, and neither do internal events', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url, events: ['*'] });
    const post = await galley.aPost();
    await until(() => receiver.received.length === 1);
    await galley.app.get(Database).transaction(() =>
      galley.app
        .get(Events)
        .record(silentPostEvent('post.updated', { ...post, authorId: post.by.id, status: 'published' }), {
          ...{ type: 'cache.invalidated', resource: { type: 'cache', id: null, version: null } },
          ...{ actorId: null, isPublic: true, data: { tags: ['posts'] } },
        }),
    );
    await galley.as(post.by).post(`/api/v1/posts/${post.id}/publish`).expect(200);
    await until(() => receiver.received.length === 2);
    expect(receiver.received.map(({ event }) => event.type)).toEqual(['post.created', 'post.published']);
    expect(await deliveriesOf(hook.id)).toHaveLength(2);
    expect(await deliveriesOf(hook.id, '&filter[eventType]=ping')).toEqual([]);
    for (const type of ['post.*', 'zz', 'post.created,post.lost']) {
      const path = `/api/v1/webhooks/${hook.id}/deliveries?filter[eventType]=${type}`;
      const { body } = await admin.get(path).expect(400);
      expect(body.errors[0].path).toBe('filter[eventType]');
    }
  });

  it('is not sent to a webhook that is not active', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url, active: false });
    const active = await aWebhook(admin, { url: receiver.url });
    await galley.aPost();
    await until(() => receiver.received.length === 1);
    expect([await deliveriesOf(hook.id), (await deliveriesOf(active.id)).length]).toEqual([[], 1]);
  });
});

describe('events of other resources', () => {
  it('are sent as readers see them', async () => {
    const receiver = await aReceiver();
    await aWebhook(admin, { url: receiver.url, events: ['comment.created', 'tag.*', 'user.*'] });
    const post = await galley.aPost({ status: 'published', tags: ['Engines'] });
    await galley.aComment({ post, body: 'Well said.' });
    await admin.patch('/api/v1/tags/engines', { name: 'Engines!' }).expect(200);
    const { id } = await galley.aUser({ email: 'hidden@example.com' });
    await admin.post(`/api/v1/users/${id}/disable`).expect(200);
    await until(() => receiver.received.length === 3);
    const events = Object.fromEntries(receiver.received.map(({ event }) => [event.type, event]));
    expect(events['comment.created']?.data).toMatchObject({ body: 'Well said.', postId: post.id });
    expect(events['tag.updated']).toMatchObject({
      resource: { type: 'tag', id: 'engines' },
      data: { name: 'Engines!' },
    });
    expect(events['user.disabled']).toMatchObject({ resource: { id }, data: { active: false } });
    expect(receiver.received.map(({ text }) => text).join('')).not.toContain('hidden@example.com');
  });
});

describe('what readers cannot see any more', () => {
  it('does not leave the deployment: a comment that waits again, and the profile of a disabled account', async () => {
    const moderating = await startGalley({ ...WEBHOOK_SETTINGS, COMMENT_MODERATION: 'all' }, galley.database);
    try {
      const receiver = await aReceiver();
      await aWebhook(admin, { url: receiver.url, events: ['comment.*', 'user.*'] });
      const comment = await galley.aComment({ body: 'Approved.' });
      const path = `/api/v1/comments/${comment.id}`;
      await moderating.as(comment.by).patch(path, { body: 'Not approved.' }).expect(200);
      const { id } = comment.by;
      await admin.patch(`/api/v1/users/${id}`, { bio: 'My life.' }).expect(200);
      await admin.post(`/api/v1/users/${id}/disable`).expect(200);
      await until(() => receiver.received.length === 4);
      // Only the events of one resource arrive in their order.
      const dataOf = (type: string) => receiver.received.find(({ event }) => event.type === type)?.event.data;
      expect(dataOf('comment.created')).toMatchObject({ body: 'Approved.', status: 'visible' });
      expect(dataOf('comment.updated')).toMatchObject({ id: comment.id, body: '', status: 'pending' });
      expect(dataOf('user.disabled')).toMatchObject({ id, name: comment.by.name, active: false, bio: null });
    } finally {
      await moderating.stop();
    }
  });
});

describe('what no reader can see yet', () => {
  it('does not leave the deployment: a tag that only drafts have, not even its slug', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url, events: ['tag.*'] });
    const post = await galley.aPost({ tags: ['Merger plans', 'Secret deal', 'Secret buyer'] });
    await admin.patch('/api/v1/tags/merger-plans', { description: 'Before the announcement.' }).expect(200);
    await admin.post('/api/v1/tags/secret-buyer/merge', { into: 'merger-plans' }).expect(200);
    await admin.delete('/api/v1/tags/secret-deal').expect(204);
    await admin.post(`/api/v1/posts/${post.id}/publish`).expect(200);
    await admin.patch('/api/v1/tags/merger-plans', { description: 'Announced.' }).expect(200);
    await until(() => receiver.received.length > 0);
    await admin.delete('/api/v1/tags/merger-plans').expect(204);
    await consumed();
    await settled(hook.id);
    const tag = { slug: 'merger-plans', name: 'Merger plans', description: 'Announced.', version: 3 };
    expect(receiver.received.map(({ event: { type, data } }) => [type, data])).toEqual([
      ['tag.updated', tag],
      ['tag.deleted', tag],
    ]);
    await admin
      .post(`/api/v1/webhooks/${hook.id}/replay`, { since: new Date(Date.now() - 3_600_000).toISOString() })
      .expect(200);
    await settled(hook.id);
    expect(JSON.stringify(receiver.received)).not.toMatch(/secret|Before/i);
  });

  it('is decided after a post that becomes public at the same time: a tag that gets another name', async () => {
    const receiver = await aReceiver();
    await aWebhook(admin, { url: receiver.url, events: ['tag.*'] });
    const { id, by } = await galley.aPost({ tags: ['Working title'] });
    const author: Principal = { id: by.id, role: by.role, sessionId: randomUUID() };
    const [published, commit] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const publishing = galley.app.get(Database).transaction(async () => {
      await galley.app.get(PostStatesService).act('publish', id, author, {});
      published.resolve();
      await commit.promise;
    });
    await published.promise;
    const renaming = (async () => admin.patch('/api/v1/tags/working-title', { name: 'Final title' }))();
    try {
      await until(() => isLockAwaited(galley.database, '%FROM tags t %FOR UPDATE'));
    } finally {
      commit.resolve();
      await publishing;
    }
    expect((await renaming).status).toBe(200);
    await until(() => receiver.received.length === 1);
    expect(receiver.received[0]?.event).toMatchObject({
      type: 'tag.updated',
      resource: { type: 'tag', id: 'working-title', version: 2 },
      data: { name: 'Final title' },
    });
  });
});

describe('a webhook', () => {
  it('shows its secret once, and stores it sealed', async () => {
    const hook = await aWebhook(admin, { active: false });
    expect(Buffer.from(hook.secret.replace('whsec_', ''), 'base64')).toHaveLength(32);
    const shown = await read(hook.id);
    expect(shown).not.toHaveProperty('secret');
    expect(shown.updatedAt).toBe(shown.createdAt);
    expect((await admin.get('/api/v1/webhooks').expect(200)).text).not.toContain('whsec_');
    const [row] = await galley.database.query<{ secret: string }>('SELECT secret FROM webhooks');
    expect(row?.secret).toMatch(/^v1\.[0-9a-f]{8}\./);
    const headers = { 'idempotency-key': 'one-webhook-at-most' };
    const request = { url: hook.url, events: ['*'], active: false };
    const first = await admin.post('/api/v1/webhooks', request, headers).expect(201);
    const again = await admin.post('/api/v1/webhooks', request, headers).expect(201);
    expect([again.body.id, again.body.secret]).toEqual([first.body.id, undefined]);
    const { body } = await admin.get('/api/v1/admin/audit?limit=100').expect(200);
    expect(JSON.stringify(body)).not.toContain('whsec_');
  });

  it('signs with both secrets for a day after a rotation', async () => {
    const receiver = await aReceiver();
    const old = await aWebhook(admin, { url: receiver.url });
    const { body: young } = await admin.post(`/api/v1/webhooks/${old.id}/rotate-secret`).expect(200);
    expect(young.secret).not.toBe(old.secret);
    await galley.aPost();
    await until(() => receiver.received.length === 1);
    for (const secret of [old.secret, young.secret]) verified(secret, receiver.received[0] as Received);
    await galley.database.query(`UPDATE webhooks SET previous_secret_until = now()`);
    await galley.aPost();
    await until(() => receiver.received.length === 2);
    verified(young.secret, receiver.received[1] as Received);
    expect(() => verified(old.secret, receiver.received[1] as Received)).toThrow();
  });

  it('signs with the secrets of all rotations of a day, because the response of one can be lost', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url });
    const rotate = async () =>
      (await admin.post(`/api/v1/webhooks/${hook.id}/rotate-secret`).expect<WebhookView>(200)).body
        .secret as string;
    const [lost, other] = await Promise.all([rotate(), rotate()]);
    const secrets = [hook.secret, lost, other, await rotate()];
    await galley.aPost();
    await until(() => receiver.received.length === 1);
    for (const secret of secrets) verified(secret, receiver.received[0] as Received);
    for (let n = 0; n < 4; n++) secrets.push(await rotate());
    await galley.database.query(
      `UPDATE webhooks SET older_secrets = jsonb_set(older_secrets, '{3,until}', to_jsonb(now()))`,
    );
    await galley.aPost();
    await until(() => receiver.received.length === 2);
    for (const secret of secrets.slice(-5)) verified(secret, receiver.received[1] as Received);
    for (const secret of secrets.slice(0, -5))
      expect(() => verified(secret, receiver.received[1] as Received)).toThrow();
  });

  it('can be tested, also if it is not active', async () => {
    const receiver = await aReceiver((response) => void response.writeHead(200).end('Thanks\0'));
    const hook = await aWebhook(admin, { url: receiver.url, active: false });
    const made = await admin.post(`/api/v1/webhooks/${hook.id}/test`).expect<DeliveryView>(201);
    expect(made.headers.get('location')).toBe(`/api/v1/webhooks/deliveries/${made.body.id}`);
    await until(async () => (await whole(made.body.id)).state === 'delivered');
    expect(receiver.received[0]?.event).toMatchObject({ type: 'ping', actorId: person.id, data: null });
    verified(hook.secret, receiver.received[0] as Received);
    expect((await whole(made.body.id)).attempts[0]).toMatchObject({ status: 200, responseBody: 'Thanks�' });
  });

  it.each([
    ['a type that does not exist', { events: ['post.read'] }, 'validation_failed'],
    ['an address of the network of the server', { url: 'http://10.0.0.1/hook' }, 'url_not_allowed'],
    ['a metadata service', { url: 'http://169.254.169.254/latest' }, 'url_not_allowed'],
    ['a user name', { url: 'https://user:secret@8.8.8.8/' }, 'url_not_allowed'],
    ['no events', { events: [] }, 'validation_failed'],
  ])('cannot have %s', async (_what, wrong, code) => {
    const request = { url: 'http://127.0.0.1:65535/', events: ['*'], ...wrong };
    expect((await admin.post('/api/v1/webhooks', request).expect(400)).body.code).toBe(code);
    const { id } = await aWebhook(admin, { active: false });
    expect((await admin.patch(`/api/v1/webhooks/${id}`, wrong).expect(400)).body.code).toBe(code);
  });

  it.each([
    ['http://10.0.0.1/hook', true],
    ['http://localhost:8080/', true],
    ['http://8.8.8.8:25/', true],
    ['hooks.example.com/galley', false],
    ['https://user:secret@8.8.8.8/', false],
    ['ftp://8.8.8.8/', false],
  ])('cannot call %s, and names OUTBOUND_ALLOW if that would help', async (url, isPlace) => {
    const { body } = await admin.post('/api/v1/webhooks', { url, events: ['*'] }).expect(400);
    expect(body.detail.includes('OUTBOUND_ALLOW')).toBe(isPlace);
  });

  it.each([
    ['enabled', 'send active'],
    ['secret', 'rotate-secret'],
  ])('has another name or another way for the field %s, and says which', async (field, hint) => {
    const { id } = await aWebhook(admin, { active: false });
    const sent = { [field]: false };
    const whole = { url: 'https://hooks.example.com/galley', events: ['*'], ...sent };
    for (const request of [
      admin.post('/api/v1/webhooks', whole),
      admin.patch(`/api/v1/webhooks/${id}`, sent),
    ]) {
      const { body } = await request.expect(400);
      expect(body.errors).toEqual([
        { path: field, code: 'unknown_field', message: expect.stringContaining(hint) },
      ]);
    }
  });

  it('is one of a limited number', async () => {
    const few = await startGalley({ ...WEBHOOK_SETTINGS, WEBHOOKS_MAX: '2' }, galley.database);
    const by = few.as(person);
    const request = { url: 'http://127.0.0.1:65535/', events: ['*'], active: false };
    const answers = await Promise.all([1, 2, 3, 4].map(() => by.post('/api/v1/webhooks', request)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409]);
    await few.stop();
  });
});

/** Fails every statement that adds or deletes more rows than this. */
async function limitRows(
  table: string,
  event: 'INSERT' | 'DELETE',
  most: number,
): Promise<() => Promise<unknown>> {
  const [rows, name] = [event === 'INSERT' ? 'NEW' : 'OLD', `few_${table}`];
  await galley.database.query(`
    CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
      IF (SELECT count(*) FROM many) > ${most} THEN RAISE EXCEPTION 'too many rows'; END IF;
      RETURN NULL;
    END $$`);
  await galley.database.query(`
    CREATE TRIGGER ${name} AFTER ${event} ON ${table} REFERENCING ${rows} TABLE AS many
    FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`);
  return () => galley.database.query(`DROP FUNCTION ${name} CASCADE`);
}

describe('many deliveries', () => {
  it('are deleted with their webhook by several statements, of which none takes long', async () => {
    const { id } = await aWebhook(admin, { active: false });
    await admin.post(`/api/v1/webhooks/${id}/test`).expect(201);
    await galley.database.query(
      `INSERT INTO webhook_deliveries (id, webhook_id, message_id, resource, is_head, state)
       SELECT gen_random_uuid(), $1, (SELECT message_id FROM webhook_deliveries WHERE webhook_id = $1), 'post:x', false, 'failed'
       FROM generate_series(1, 12000)`,
      [id],
    );
    const unlimited = await limitRows('webhook_deliveries', 'DELETE', 5000);
    try {
      await admin.delete(`/api/v1/webhooks/${id}`).expect(204);
    } finally {
      await unlimited();
    }
    const left = await galley.database.query('SELECT 1 FROM webhook_deliveries WHERE webhook_id = $1', [id]);
    expect(left).toEqual([]);
  });

  it('are added by a replay by several statements, and without all their events in memory', async () => {
    const { id } = await aWebhook(admin, { active: false, events: ['post.updated'] });
    const post = await galley.aPost({ status: 'published' });
    const since = new Date().toISOString();
    await galley.database.query(
      `INSERT INTO events (id, type, resource_type, resource_id, resource_version, is_public, data)
       SELECT gen_random_uuid(), 'post.updated', 'post', $1, n + 1, true, '{}' FROM generate_series(1, 2300) n`,
      [post.id],
    );
    await consumed();
    const unlimited = await limitRows('webhook_messages', 'INSERT', 200);
    const unlimitedToo = await limitRows('webhook_deliveries', 'INSERT', 2000);
    try {
      const { body } = await admin.post(`/api/v1/webhooks/${id}/replay`, { since }).expect(200);
      expect(body).toEqual({ deliveries: 2300 });
    } finally {
      await unlimited();
      await unlimitedToo();
      await galley.database.query('DELETE FROM webhook_deliveries WHERE webhook_id = $1', [id]);
      await galley.database.query(`DELETE FROM webhook_messages WHERE event_type = 'post.updated'`);
    }
  });
});

describe('a replay', () => {
  it('of a delivery sends the same message again', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.aPost({ status: 'draft' });
    await until(async () => (await deliveriesOf(hook.id))[0]?.state === 'delivered');
    const [first] = await deliveriesOf(hook.id);
    const again = await admin.post(`/api/v1/webhooks/deliveries/${first?.id}/replay`).expect(201);
    await until(() => receiver.received.length === 2);
    expect(again.body.id).not.toBe(first?.id);
    const [one, two] = receiver.received as [Received, Received];
    expect([two.text, two.headers['webhook-id']]).toEqual([one.text, one.headers['webhook-id']]);
    verified(hook.secret, two);
  });

  it('of a pending delivery makes its next attempt now', async () => {
    let down = true;
    const receiver = await aReceiver((response) => void response.writeHead(down ? 503 : 200).end());
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.aPost();
    await until(async () => (await deliveriesOf(hook.id))[0]?.attempts.length === 1);
    down = false;
    const [pending] = await deliveriesOf(hook.id);
    const again = await admin.post(`/api/v1/webhooks/deliveries/${pending?.id}/replay`).expect(201);
    expect(again.body.id).toBe(pending?.id);
    await settled(hook.id);
    expect(receiver.received).toHaveLength(2);
  });

  it('of a time span also sends what was never sent, in order', async () => {
    const since = new Date().toISOString();
    const post = await galley.aPost({ status: 'published' });
    await consumed();
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url, events: ['post.created', 'post.published'] });
    const { body } = await admin.post(`/api/v1/webhooks/${hook.id}/replay`, { since }).expect(200);
    expect(body).toEqual({ deliveries: 2 });
    await until(() => receiver.received.length === 2);
    expect(receiver.received.map(({ event }) => [event.type, event.resource.id])).toEqual([
      ['post.created', post.id],
      ['post.published', post.id],
    ]);
    const old = new Date(Date.now() - 31 * 86_400_000).toISOString();
    await admin.post(`/api/v1/webhooks/${hook.id}/replay`, { since: old }).expect(400);
    await admin.post(`/api/v1/webhooks/${hook.id}/replay`, { since, until: since }).expect(400);
  });

  /** A message that is older than the retention, with its only delivery. */
  const anOldMessage = async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url, events: ['post.published'] });
    await galley.aPost({ status: 'published' });
    await until(async () => (await deliveriesOf(hook.id)).some(({ state }) => state === 'delivered'));
    const [delivery] = await deliveriesOf(hook.id);
    await galley.database.query(
      `UPDATE webhook_messages SET created_at = now() - interval '40 days' WHERE id = $1`,
      [delivery?.eventId],
    );
    return { hook, delivery: delivery as DeliveryView };
  };

  it('keeps the message that its age would delete', async () => {
    const { hook } = await anOldMessage();
    const deliveries = galley.app.get(DeliveriesRepository);
    const insert = deliveries.insert.bind(deliveries);
    const database = galley.app.get(Database);
    const purge = () => database.transaction(() => deliveries.deleteOldMessages(30, 500));
    deliveries.insert = async (...given) => {
      await database.apart(async () => {
        await galley.database.query(`DELETE FROM webhook_deliveries WHERE webhook_id = $1`, [hook.id]);
        await purge();
      });
      return insert(...given);
    };
    try {
      const since = new Date(Date.now() - 60_000).toISOString();
      const { body } = await admin.post(`/api/v1/webhooks/${hook.id}/replay`, { since }).expect(200);
      expect(body.deliveries).toBeGreaterThan(0);
      await until(async () => (await deliveriesOf(hook.id)).length === body.deliveries);
    } finally {
      deliveries.insert = insert;
    }
  });

  it('is not found if the delivery and its message are being deleted because of their age', async () => {
    const { delivery } = await anOldMessage();
    const deletion = new pg.Client({ connectionString: galley.database.url });
    await deletion.connect();
    let replay;
    try {
      await deletion.query('BEGIN');
      await deletion.query('DELETE FROM webhook_deliveries WHERE id = $1', [delivery.id]);
      await deletion.query('DELETE FROM webhook_messages WHERE id = $1', [delivery.eventId]);
      replay = admin.post(`/api/v1/webhooks/deliveries/${delivery.id}/replay`);
      void replay.then(() => undefined);
      await until(() => isLockAwaited(galley.database, '%webhook_messages%'));
      await deletion.query('COMMIT');
    } finally {
      await deletion.end();
    }
    const { status, body } = await replay;
    expect([status, body.code]).toEqual([404, 'delivery_not_found']);
  });
});

describe('a receiver that fails', () => {
  it('gets the event again after the pauses of the table, and nothing of the post overtakes it', async () => {
    let down = true;
    const receiver = await aReceiver((response) => void response.writeHead(down ? 500 : 200).end('Oops'));
    const hook = await aWebhook(admin, { url: receiver.url, events: ['post.published', 'post.updated'] });
    const post = await galley.aPost({ status: 'published' });
    await until(async () => (await deliveriesOf(hook.id))[0]?.attempts.length === 1);
    await galley.as(post.by).patch(`/api/v1/posts/${post.id}`, { title: 'Second' }).expect(200);
    const other = await galley.aPost({ status: 'published' });
    await until(() => receiver.received.some(({ event }) => event.resource.id === other.id));
    const [head, waiting] = await deliveriesOf(hook.id);
    const seconds = (Date.parse(head?.nextAttemptAt as string) - Date.now()) / 1000;
    expect([seconds > 0, seconds < 6.1]).toEqual([true, true]);
    expect(head?.attempts[0]).toMatchObject({ status: 500, error: expect.stringContaining('500') });
    expect(waiting).toMatchObject({ state: 'pending', attempts: [], nextAttemptAt: null });
    expect((await read(hook.id)).failingSince).not.toBeNull();
    down = false;
    await hurry(hook.id);
    await settled(hook.id);
    const titles = receiver.received.filter(({ event }) => event.resource.id === post.id);
    expect(titles.map(({ event }) => event.type)).toEqual([
      'post.published',
      'post.published',
      'post.updated',
    ]);
    expect(titles[0]?.headers['webhook-id']).toBe(titles[1]?.headers['webhook-id']);
    expect((await read(hook.id)).failingSince).toBeNull();
  });

  it('is left alone for as long as it asks for', async () => {
    const receiver = await aReceiver(
      (response) => void response.writeHead(429, { 'retry-after': '600' }).end(),
    );
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.aPost();
    await until(async () => (await deliveriesOf(hook.id))[0]?.attempts.length === 1);
    const [{ nextAttemptAt } = { nextAttemptAt: null }] = await deliveriesOf(hook.id);
    const seconds = (Date.parse(nextAttemptAt as string) - Date.now()) / 1000;
    expect([seconds > 590, seconds < 601]).toEqual([true, true]);
  });

  it('is disabled by 410, which its owner learns by mail', async () => {
    const receiver = await aReceiver((response) => void response.writeHead(410).end());
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.aPost();
    await until(async () => !(await read(hook.id)).active);
    expect(await read(hook.id)).toMatchObject({ disabledReason: 'gone', version: hook.version + 1 });
    expect((await deliveriesOf(hook.id))[0]).toMatchObject({ state: 'failed' });
    const letters = await galley.database.query<{ to: string; id: string }>(
      `SELECT data->'payload'->'to'->>'address' AS to, data->'payload'->>'id' AS id FROM pgboss.job
       WHERE name = 'send-mail' AND data->'payload'->>'id' LIKE $1`,
      [`webhook-disabled-${hook.id}%`],
    );
    expect(letters).toEqual([{ to: 'owner@example.com', id: `webhook-disabled-${hook.id}-2` }]);
    const audit = await admin.get(`/api/v1/admin/audit?filter[targetId]=${hook.id}`).expect(200);
    expect(audit.body.data[0]).toMatchObject({ action: 'webhook.disabled', actor: { via: 'system' } });
  });

  it('sends no letter about it once it is enabled again, if the letter had to wait', async () => {
    const receiver = await aReceiver((response) => void response.writeHead(410).end());
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.aPost();
    await until(async () => !(await read(hook.id)).active);
    const letter = `name = 'send-mail' AND data->'payload'->>'id' = 'webhook-disabled-${hook.id}-2'`;
    const isSent = async () =>
      (await galley.database.query(`SELECT 1 FROM pgboss.job WHERE ${letter} AND state = 'completed'`))
        .length > 0;
    const withdrawn = async () =>
      /^mail_messages_total\{[^}]*outcome="withdrawn"[^}]*\} (\d+)$/m.exec(
        (await galley.anyone.get('/metrics').expect(200)).text,
      )?.[1];
    await until(isSent);
    expect(await withdrawn()).toBe('0');
    await admin.patch(`/api/v1/webhooks/${hook.id}`, { active: true }).expect(200);
    // As if the mail server had deferred it until now.
    await galley.database.query(
      `UPDATE pgboss.job SET state = 'retry', start_after = now(), completed_on = NULL WHERE ${letter}`,
    );
    await until(isSent);
    expect(await withdrawn()).toBe('1');
  });

  it('is disabled after five days, and starts anew when it is enabled', async () => {
    let down = true;
    const receiver = await aReceiver((response) => void response.writeHead(down ? 500 : 200).end());
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.database.query(`UPDATE webhooks SET failing_since = now() - interval '5 days 1 minute'`);
    await galley.aPost();
    await until(async () => !(await read(hook.id)).active);
    expect(await read(hook.id)).toMatchObject({ disabledReason: 'failing' });
    const etag = `"${hook.version + 1}"`;
    const enabled = await admin
      .patch(`/api/v1/webhooks/${hook.id}`, { active: true }, { 'if-match': etag })
      .expect(200);
    expect(enabled.body).toMatchObject({ active: true, disabledReason: null, failingSince: null });
    down = false;
    await hurry(hook.id);
    await settled(hook.id);
  });

  it('gets what is pending at once and in order when its webhook is enabled, whenever the next attempts were', async () => {
    let down = true;
    const receiver = await aReceiver(
      (response) => void response.writeHead(down ? 503 : 200, { 'retry-after': '3600' }).end(),
    );
    const hook = await aWebhook(admin, { url: receiver.url, events: ['post.published', 'post.updated'] });
    const posts = [await galley.aPost({ status: 'published' }), await galley.aPost({ status: 'published' })];
    for (const { id, by } of posts) await galley.as(by).patch(`/api/v1/posts/${id}`, { title: 'Second' });
    await until(
      async () =>
        (await deliveriesOf(hook.id)).length === 4 &&
        receiver.received.length === 2 &&
        (await deliveriesOf(hook.id)).filter(({ attempts }) => attempts.length === 1).length === 2,
    );
    await admin.patch(`/api/v1/webhooks/${hook.id}`, { active: false }).expect(200);
    down = false;
    receiver.received.length = 0;
    await admin.patch(`/api/v1/webhooks/${hook.id}`, { active: true }).expect(200);
    await settled(hook.id);
    for (const { id } of posts) {
      const ofPost = receiver.received.filter(({ event }) => event.resource.id === id);
      expect(ofPost.map(({ event }) => event.type)).toEqual(['post.published', 'post.updated']);
    }
  });

  it('cannot change a delivery that has ended, if its process learns of the request too late', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url });
    await galley.aPost();
    await until(async () => (await deliveriesOf(hook.id))[0]?.state === 'delivered');
    const [{ id } = { id: '' }] = await deliveriesOf(hook.id);
    const before = await whole(id);
    const jobId = uuidv7();
    await galley.database.query('UPDATE webhooks SET pump_id = $2 WHERE id = $1', [hook.id, jobId]);
    const late = { id, webhookId: hook.id, resource: 'post:1', attempts: 0 } as DueDelivery;
    const timeout = { at: new Date().toISOString(), status: null, durationMs: 1, responseBody: null };
    await galley.app.get(DeliveryOutcomes).record(late, { ...timeout, error: 'Too late.' }, jobId);
    expect(await whole(id)).toEqual(before);
    expect((await read(hook.id)).failingSince).toBeNull();
  });

  it('gets nothing while no key opens its secret, and everything afterwards', async () => {
    const receiver = await aReceiver();
    const hook = await aWebhook(admin, { url: receiver.url });
    const [{ secret } = { secret: '' }] = await galley.database.query<{ secret: string }>(
      'SELECT secret FROM webhooks',
    );
    await galley.database.query(`UPDATE webhooks SET secret = 'v1.00000000.AAAA'`); // Of another key.
    await galley.aPost();
    await until(async () =>
      (await galley.anyone.get('/metrics')).text.includes('webhook_attempts_total{result="not_signed"}'),
    );
    await galley.database.query('UPDATE webhooks SET secret = $1, rest_until = NULL', [secret]);
    await until(async () => (await deliveriesOf(hook.id))[0]?.state === 'delivered');
    expect(receiver.received).toHaveLength(1);
    expect((await deliveriesOf(hook.id))[0]?.attempts).toHaveLength(1);
  });

  it('has failed for an event after ten attempts, and gets the next one', async () => {
    const receiver = await aReceiver((response, { event }) => {
      response.writeHead(event.type === 'post.created' ? 500 : 200).end();
    });
    const hook = await aWebhook(admin, { url: receiver.url, events: ['post.created', 'post.published'] });
    const post = await galley.aPost({ status: 'published' });
    await until(async () => (await deliveriesOf(hook.id))[0]?.attempts.length === 1);
    await galley.database.query(`UPDATE webhook_deliveries SET attempts = 9 WHERE attempts = 1`);
    await hurry(hook.id);
    await settled(hook.id);
    expect((await deliveriesOf(hook.id)).map(({ state }) => state)).toEqual(['failed', 'delivered']);
    expect(receiver.events.at(-1)).toMatchObject({ type: 'post.published', resource: { id: post.id } });
  });
});

it('deliveries of more than one statement are in order, and one of each post is next', async () => {
  const hook = await aWebhook(admin, { active: false });
  const ids = Array.from({ length: 2500 }, () => uuidv7());
  const messages = ids.map((id, n) => ({
    ...{ id, eventType: 'post.updated', resource: `post:${n % 7}`, body: String(n) },
  }));
  const repository = galley.app.get(DeliveriesRepository);
  await galley.app.get(Database).transaction(async () => {
    await repository.insertMessages(messages);
    await repository.insert(messages.map((message) => ({ webhookId: hook.id, message })));
  });
  const rows = await galley.database.query<{ body: string; is_head: boolean }>(`
    SELECT m.body, d.is_head FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id ORDER BY d.seq`);
  expect(rows.map(({ body }) => Number(body))).toEqual(ids.map((_id, n) => n));
  expect(rows.flatMap(({ is_head: isHead, body }) => (isHead ? [Number(body)] : []))).toEqual([
    0, 1, 2, 3, 4, 5, 6,
  ]);
});

describe('the log of deliveries', () => {
  it('is deleted after its time, without what is pending', async () => {
    const receiver = await aReceiver((response, { event }) => {
      response.writeHead(event.type === 'ping' ? 200 : 500).end();
    });
    const hook = await aWebhook(admin, { url: receiver.url });
    await admin.post(`/api/v1/webhooks/${hook.id}/test`).expect(201);
    await galley.aPost();
    await until(
      async () => (await deliveriesOf(hook.id)).filter(({ attempts }) => attempts.length === 1).length === 2,
    );
    await galley.database.query(`UPDATE webhook_deliveries SET created_at = now() - interval '31 days'`);
    await galley.database.query(`UPDATE webhook_messages SET created_at = now() - interval '31 days'`);
    const repository = galley.app.get(DeliveriesRepository);
    await galley.app.get(Database).transaction(() => repository.deleteOld(30, 500));
    await galley.app.get(Database).transaction(() => repository.deleteOldMessages(30, 10_000));
    const left = await galley.database.query<{ event_type: string }>(
      'SELECT m.event_type FROM webhook_deliveries d JOIN webhook_messages m ON m.id = d.message_id WHERE webhook_id = $1',
      [hook.id],
    );
    expect(left).toEqual([{ event_type: 'post.created' }]);
    expect(await galley.database.query(`SELECT 1 FROM webhook_messages WHERE event_type = 'ping'`)).toEqual(
      [],
    );
  });
});
