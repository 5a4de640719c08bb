/**
 * 1,000 messages while the mail server defers some of them, loses some of its responses and is down for a time. None is lost,
 * and none arrives twice unless the server lost the response to it; such copies have one Message-ID.
 * `npm run test:heavy -- mail-outage [messages, default 1000] [seconds of the outage, default 30]`
 */
import { setTimeout as delay } from 'node:timers/promises';
import { createApp } from '#dist/app.setup.js';
import { Database, sql } from '#dist/platform/database/database.js';
import { openDatabase } from '#dist/platform/database/open-database.js';
import { MailJobs } from '#dist/platform/mail/mail-jobs.js';
import { loadConfig } from '#dist/settings.js';
import type { NewMail } from '../../src/platform/mail/mail-message.js';
import type { Closing } from '../support/closing.ts';
import { freePort } from '../support/loopback.ts';
import { type Behaviour, MailServer } from '../support/mail-server.ts';
import { faultsAmong, type HeavyTest } from './heavy-test.ts';
import { openFolder } from './serving.ts';

const PER_WRITE = 10;
const LONGEST_MS = 15 * 60_000;

export const mailOutage: HeavyTest = async ([messages = '1000', seconds = '30'], closing) => {
  const port = await freePort();
  const unlucky = new Unlucky();
  const before = await MailServer.start({ authOptional: true }, port);
  before.behaviour = unlucky.behaviour;
  const app = await openApp(closing, port);
  const ids = Array.from({ length: Number(messages) }, (_, n) => `message-${n}`);
  const adding = addAll(app, ids);
  const since = performance.now();
  await until(() => before.delivered.length >= ids.length / 3);
  await before.close();
  console.log(`the server is down after ${before.delivered.length} messages`);
  await delay(Number(seconds) * 1000);
  await adding;
  const after = await MailServer.start({ authOptional: true }, port);
  after.behaviour = unlucky.behaviour;
  closing.add(() => after.close());
  await until(async () => (await app.waiting()) === 0);

  const received = [...before.messageIds, ...after.messageIds].map((id = '') => id.slice(1, id.indexOf('@')));
  const times = Map.groupBy(received, (id) => id);
  const lost = ids.filter((id) => !times.has(id)).length;
  const copies = [...times].filter(([, all]) => all.length > 1).map(([id]) => id);
  const doubled = copies.filter((id) => !unlucky.unanswered.has(id)).length;
  console.log(
    `${ids.length} messages in ${Math.round((performance.now() - since) / 1000)} s with an outage of ${seconds} s: ${lost} lost, ${doubled} doubled; ` +
      `${unlucky.deferred.size} deferred, ${unlucky.unanswered.size} responses lost, ${copies.length} copies because of them; ` +
      `${before.delivered.length} before the outage, ${after.delivered.length} after it`,
  );
  return faultsAmong([
    lost > 0 && `${lost} messages are lost`,
    doubled > 0 && `${doubled} messages arrived twice although the server responded`,
    copies.length === 0 && 'no response was lost, so the test shows nothing about copies',
    after.delivered.length === 0 && 'all messages arrived before the outage',
  ]);
};

/** A server that defers each tenth recipient once, and ends the connection after each fiftieth message. */
class Unlucky {
  readonly deferred = new Set<string>();
  readonly unanswered = new Set<string>();
  private latest = '';

  get behaviour(): Behaviour {
    return {
      rcpt: (address) => {
        if (!/7@/.test(address) || this.deferred.has(address)) return undefined;
        this.deferred.add(address);
        return { code: 451, text: '4.7.1 Greylisted, try again later' };
      },
      data: ({ messageId = '' }) => {
        this.latest = messageId.slice(1, messageId.indexOf('@'));
        return undefined;
      },
      dropsAfterData: () => {
        if (!/[05]3$/.test(this.latest) || this.unanswered.has(this.latest)) return false;
        this.unanswered.add(this.latest);
        return true;
      },
    };
  }
}

interface App {
  add: (messages: NewMail[]) => Promise<void>;
  waiting: () => Promise<number>;
}

async function openApp(closing: Closing, port: number): Promise<App> {
  const folder = openFolder(closing);
  const settings = loadConfig({
    NODE_ENV: 'test',
    GALLEY_DATA_DIR: folder,
    LOG_LEVEL: 'fatal',
    EMAIL_SMTP_HOST: '127.0.0.1',
    EMAIL_SMTP_PORT: String(port),
    EMAIL_FROM: 'Times <news@times.example.com>',
  });
  const database = await openDatabase(settings, () => undefined);
  closing.add(() => database.release());
  const app = await createApp(database.config, 'all');
  closing.add(() => app.close());
  const [pool, jobs] = [app.get(Database), app.get(MailJobs)];
  return {
    add: (messages) => pool.transaction(() => jobs.add(messages)),
    waiting: async () => {
      const [row] = await pool.query<{ count: number }>(
        sql`SELECT count(*)::int AS count FROM pgboss.job WHERE name = 'send-mail' AND state <> 'completed'`,
      );
      return row?.count ?? 0;
    },
  };
}

async function addAll({ add }: App, ids: string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += PER_WRITE)
    await add(
      ids.slice(at, at + PER_WRITE).map((id) => ({
        id,
        kind: 'test',
        to: { address: `${id}@example.com` },
        subject: 'A message',
        blocks: [{ kind: 'text', text: `This is ${id}.` }],
      })),
    );
}

async function until(holds: () => unknown): Promise<void> {
  for (const since = performance.now(); !(await holds()); await delay(50))
    if (performance.now() - since > LONGEST_MS)
      throw new Error(`waited ${LONGEST_MS / 1000} s until ${String(holds)}`);
}
