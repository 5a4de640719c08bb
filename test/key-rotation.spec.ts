import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { v7 as uuidv7 } from 'uuid';
import { KeyRotation } from '../src/platform/secrets/key-rotation.js';
import { Seals } from '../src/platform/secrets/seals.js';
import type { WebhookView } from '../src/webhooks/webhooks.schemas.js';
import { aWebhook, WEBHOOK_SETTINGS } from './support/a-webhook.js';
import type { Person } from './support/builders.js';
import { command } from './support/command.js';
import { type Galley, startGalley } from './support/galley.js';
import { HookReceiver } from './support/hook-receiver.js';
import { isLockAwaited } from './support/lock-waits.js';
import { until } from './support/until.js';

const OLD = 'ab'.repeat(32);
const NEW = 'cd'.repeat(32);
const BOTH = { ENCRYPTION_KEY: NEW, ENCRYPTION_KEY_PREVIOUS: OLD };

/** The deployment before its key changes. */
let galley: Galley;
let person: Person;
beforeAll(async () => {
  galley = await startGalley({ ...WEBHOOK_SETTINGS, ENCRYPTION_KEY: OLD, PROCESS_ROLE: 'api' });
  person = await galley.aUser({ role: 'admin' });
});
afterEach(() => galley.database.query('DELETE FROM webhooks'));
afterAll(() => galley.stop());

const rotate = (settings: Record<string, string> = BOTH) =>
  command(['key:rotate'], galley.database.url, { settings });
const someWebhook = () => aWebhook(galley.as(person), { active: false });
/** Runs `work` with a process that has these keys. */
async function withKeys<T>(
  settings: Record<string, string>,
  work: (other: Galley) => Promise<T>,
): Promise<T> {
  const other = await startGalley({ ...WEBHOOK_SETTINGS, ...settings }, galley.database);
  return work(other).finally(() => other.stop());
}
const secretsOf = (id: string) =>
  galley.database
    .query<{ secret: string; previous_secret: string | null; version: number }>(
      'SELECT secret, previous_secret, version FROM webhooks WHERE id = $1',
      [id],
    )
    .then(([row]) => row as NonNullable<typeof row>);

describe('galley key:rotate', () => {
  it('encrypts the secrets of webhooks with the new key, which then suffices', async () => {
    const old = await someWebhook();
    await galley.as(person).post(`/api/v1/webhooks/${old.id}/rotate-secret`).expect(200);
    const young = await galley.as(person).post(`/api/v1/webhooks/${old.id}/rotate-secret`).expect(200);
    await someWebhook();
    expect(await rotate()).toEqual({
      code: 0,
      output: 'Encrypted the secrets of 2 resources again; 0 had the key already\n',
      errors: '',
    });
    expect((await secretsOf(old.id)).version).toBe(3);
    expect((await rotate({ ENCRYPTION_KEY: NEW })).output).toBe(
      'Encrypted the secrets of 0 resources again; 2 had the key already\n',
    );
    await withKeys({ ENCRYPTION_KEY: NEW }, async (other) => {
      const receiver = await HookReceiver.start();
      // A consumer begins at the end of the log when it starts for the first time.
      await until(
        async () =>
          (await other.database.query(`SELECT 1 FROM event_consumers WHERE name = 'webhooks'`)).length > 0,
      );
      const admin = other.as(person);
      await admin.patch(`/api/v1/webhooks/${old.id}`, { url: receiver.url, active: true }).expect(200);
      await admin.post('/api/v1/posts', { title: 'News', body: 'Words.' }).expect(201);
      await until(() => receiver.received.length === 1);
      const [{ text, headers }] = receiver.received as [(typeof receiver.received)[number]];
      for (const secret of [old.secret, young.body.secret as string])
        new Webhook(secret).verify(text, headers as Record<string, string>);
      await receiver.stop();
    });
  });

  it('is recorded in the audit log, without the secret', async () => {
    const { id } = await someWebhook();
    await rotate();
    const audit = await galley.as(person).get(`/api/v1/admin/audit?filter[targetId]=${id}`).expect(200);
    expect(audit.body.data[0]).toMatchObject({
      action: 'webhook.secret_encrypted',
      actor: { via: 'cli', name: 'key:rotate' },
    });
    expect(audit.body.data[0].changes ?? {}).toEqual({});
  });

  it('names the webhooks whose key is missing, and encrypts the others', async () => {
    const lost = await someWebhook();
    const before = (await secretsOf(lost.id)).secret;
    const other = await withKeys(BOTH, (two) => aWebhook(two.as(person), { active: false }));
    const { code, errors, output } = await rotate({
      ENCRYPTION_KEY: 'ef'.repeat(32),
      ENCRYPTION_KEY_PREVIOUS: NEW,
    });
    expect([code, output]).toEqual([1, expect.stringContaining('the secrets of 1 resource again; 0 had')]);
    expect(errors).toContain(`webhook ${lost.id}`);
    expect(errors).not.toContain(other.id);
    expect((await secretsOf(lost.id)).secret).toBe(before);
  });

  it('requires a key in production', async () => {
    await someWebhook();
    const { code, errors } = await rotate({
      ...{ NODE_ENV: 'production', DATABASE_SSL_MODE: 'disable' },
      ...{ GALLEY_SINGLE_PROCESS: 'true', METRICS_ENABLED: 'false', EMAIL_TRANSPORT: 'none' },
    });
    expect([code, errors]).toEqual([1, expect.stringContaining('ENCRYPTION_KEY')]);
  });
});

describe('a lost key', () => {
  it('costs a webhook its secret alone: after a rotation, requests are signed with the new one', async () => {
    const receiver = await HookReceiver.start();
    const { id } = await aWebhook(galley.as(person), { url: receiver.url });
    await withKeys({ ENCRYPTION_KEY: NEW }, async (other) => {
      const admin = other.as(person);
      const secrets: string[] = [];
      for (let n = 0; n < 2; n++) {
        const { body } = await admin.post(`/api/v1/webhooks/${id}/rotate-secret`).expect<WebhookView>(200);
        secrets.push(body.secret as string);
      }
      await admin.post(`/api/v1/webhooks/${id}/test`).expect(201);
      await until(() => receiver.received.length === 1);
      const [{ text, headers }] = receiver.received as [(typeof receiver.received)[number]];
      for (const secret of secrets) new Webhook(secret).verify(text, headers as Record<string, string>);
    });
    await receiver.stop();
    // Within the overlap, the key can also change again.
    const before = await secretsOf(id);
    expect((await rotate({ ENCRYPTION_KEY: 'ef'.repeat(32), ENCRYPTION_KEY_PREVIOUS: NEW })).code).toBe(0);
    const after = await secretsOf(id);
    expect(after.secret).not.toBe(before.secret);
    expect(after.previous_secret).not.toBe(before.previous_secret);
  });
});

describe('a rotation of the key', () => {
  it('goes through all webhooks in batches', async () => {
    const seals = galley.app.get(Seals);
    for (let n = 0; n < 250; n++) {
      const id = uuidv7();
      await galley.database.query(
        `INSERT INTO webhooks (id, url, events, active, secret) VALUES ($1, 'http://127.0.0.1:65535/', '{*}', false, $2)`,
        [id, seals.seal('whsec_AAAA', `webhook:${id}`)],
      );
    }
    await withKeys(BOTH, async ({ app }) => {
      expect(await app.get(KeyRotation).run()).toEqual({ changed: 250, current: 0, unreadable: [] });
      expect(await app.get(KeyRotation).run()).toEqual({ changed: 0, current: 250, unreadable: [] });
    });
  });

  it('waits for a rotation of the secret, and does not undo it', async () => {
    const { id } = await someWebhook();
    await withKeys(BOTH, async ({ app }) => {
      const young = app.get(Seals).seal('whsec_BBBB', `webhook:${id}`);
      const holder = new pg.Client({ connectionString: galley.database.url });
      await holder.connect();
      await holder.query('BEGIN');
      await holder.query('UPDATE webhooks SET secret = $2 WHERE id = $1', [id, young]);
      const running = app.get(KeyRotation).run();
      await until(() => isLockAwaited(galley.database));
      await holder.query('COMMIT');
      await holder.end();
      expect(await running).toEqual({ changed: 0, current: 1, unreadable: [] });
      expect((await secretsOf(id)).secret).toBe(young);
    });
  });
});
