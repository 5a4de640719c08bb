import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database } from '../src/platform/database/database.js';
import { MailJobs } from '../src/platform/mail/mail-jobs.js';
import type { NewMail } from '../src/platform/mail/mail-message.js';
import { type Galley, startGalley } from './support/galley.js';
import { freePort } from './support/loopback.js';
import { aMessage } from './support/mail.js';
import { MailServer } from './support/mail-server.js';
import { until } from './support/until.js';

interface Row {
  id: string;
  state: string;
  reason: string | null;
  seconds: number;
}

let port: number;
let server: MailServer;
let galley: Galley;
beforeAll(async () => {
  port = await freePort();
  server = await MailServer.start({ authOptional: true }, port);
  galley = await startGalley({
    EMAIL_SMTP_HOST: '127.0.0.1',
    EMAIL_SMTP_PORT: String(port),
    EMAIL_FROM: 'Times <news@times.example.com>',
  });
});
afterAll(async () => {
  await galley.stop();
  await server.close();
});

const add = (messages: NewMail[], app = galley.app) =>
  app.get(Database).transaction(() => app.get(MailJobs).add(messages));
const jobs = (id = '%') =>
  galley.database.query<Row>(
    `SELECT data->'payload'->>'id' AS id, state, output->>'message' AS reason,
       extract(epoch FROM start_after - now())::float8 AS seconds
     FROM pgboss.job WHERE name = 'send-mail' AND data->'payload'->>'id' LIKE $1 ORDER BY 1`,
    [id],
  );
const stateOf = async (id: string) => (await jobs(id))[0]?.state;
/** Makes waiting jobs due. */
const hurry = () =>
  galley.database.query(
    `UPDATE pgboss.job SET start_after = now() WHERE name = 'send-mail' AND state < 'active'`,
  );
const delivered = (id: string) =>
  server.messageIds.filter((each) => each === `<${id}@times.example.com>`).length;

describe('a message that a write causes', () => {
  it('is sent after its commit', async () => {
    await add([aMessage({ id: 'committed' })]);
    await until(async () => (await stateOf('committed')) === 'completed');
    expect(delivered('committed')).toBe(1);
  });

  it('is not sent if the write is rolled back', async () => {
    const failing = galley.app.get(Database).transaction(async () => {
      await galley.app.get(MailJobs).add([aMessage({ id: 'rolled-back' })]);
      throw new Error('rolled back');
    });
    await expect(failing).rejects.toThrow('rolled back');
    await add([aMessage({ id: 'after-it' })]);
    await until(async () => (await stateOf('after-it')) === 'completed');
    expect(await jobs('rolled-back')).toEqual([]);
    expect(delivered('rolled-back')).toBe(0);
  });

  it('waits while the server is down, and arrives once after that', async () => {
    await server.close();
    const ids = Array.from({ length: 20 }, (_, n) => `outage-${n}`);
    await add(ids.map((id) => aMessage({ id })));
    await until(async () => (await jobs('outage-%')).every(({ state }) => state === 'retry'));
    expect((await jobs('outage-%'))[0]).toMatchObject({ reason: expect.stringContaining('ECONNREFUSED') });
    server = await MailServer.start({ authOptional: true }, port);
    await hurry();
    await until(async () => (await jobs('outage-%')).every(({ state }) => state === 'completed'));
    expect(ids.map(delivered)).toEqual(ids.map(() => 1));
  });

  it('that the server rejects is kept as a dead job, without the address in its reason', async () => {
    server.behaviour.data = () => ({ code: 554, text: '5.6.0 Not acceptable for ada@example.com' });
    await add([aMessage({ id: 'not-acceptable' })]);
    await until(async () => (await stateOf('not-acceptable')) === 'failed');
    const [{ reason }] = (await jobs('not-acceptable')) as [Row];
    expect(reason).toMatch(/^554 5\.6\.0 Not acceptable for a\*\*\*@example\.com/);
    server.behaviour = {};
  });

  it('to a recipient whom the server does not know is not a dead job', async () => {
    server.behaviour.rcpt = () => ({ code: 550, text: '5.1.1 No such user ada@example.com' });
    await add([
      aMessage({ id: 'unknown-user' }),
      aMessage({ id: 'no-address', to: { address: 'b@[127.0.0.1]' } }),
    ]);
    for (const id of ['unknown-user', 'no-address'])
      await until(async () => (await stateOf(id)) === 'completed');
    server.behaviour = {};
    const { text } = await galley.anyone.get('/metrics').expect(200);
    expect(text).toMatch(/^mail_messages_total\{[^}]*outcome="rejected"[^}]*\} 3$/m);
  });

  it('that the server defers is tried again', async () => {
    server.behaviour.rcpt = () => ({ code: 451, text: '4.7.1 Greylisted' });
    await add([aMessage({ id: 'greylisted' })]);
    await until(async () => (await stateOf('greylisted')) === 'retry');
    const [{ seconds }] = (await jobs('greylisted')) as [Row];
    expect(seconds).toBeLessThan(60);
    server.behaviour = {};
    await hurry();
    await until(async () => (await stateOf('greylisted')) === 'completed');
    expect(delivered('greylisted')).toBe(1);
  });

  it('does not exist in a deployment that sends no mail', async () => {
    const silent = await startGalley({ EMAIL_TRANSPORT: 'none' }, galley.database);
    try {
      await add([aMessage({ id: 'nobody-wants-it' })], silent.app);
      expect(await jobs('nobody-wants-it')).toEqual([]);
    } finally {
      await silent.stop();
    }
  });
});
