import { expect, it, jest } from '@jest/globals';
import type { Counter } from 'prom-client';
import type { AuditLog } from '../platform/audit/audit-log.js';
import type { Database } from '../platform/database/database.js';
import type { Logger } from '../platform/logging/logger.js';
import type { MailJobs } from '../platform/mail/mail-jobs.js';
import { WebhookDisabling } from './webhook-disabling.js';
import type { WebhooksRepository } from './webhooks.repository.js';

const ID = '019a2f6e-2222-7b1e-9c55-0f2d6f1c8a41';
const row = { id: ID, version: 1, url: 'https://a.example/', description: null, active: true, events: [] };

it('is counted and logged after the commit, and not if the transaction is rolled back', async () => {
  const following: (() => Promise<void>)[] = [];
  const webhooks = {
    ...{ lock: () => Promise.resolve(row), disable: () => Promise.resolve() },
    ...{ find: () => Promise.resolve(row), ownerOf: () => Promise.resolve(undefined) },
  };
  const inc = jest.fn();
  const warn = jest.fn();
  const disabling = new WebhookDisabling(
    webhooks as unknown as WebhooksRepository,
    { afterCommit: (work: () => Promise<void>) => Promise.resolve(void following.push(work)) } as Database,
    { record: () => Promise.resolve() } as unknown as AuditLog,
    { add: () => Promise.resolve(), from: () => undefined } as unknown as MailJobs,
    { warn } as unknown as Logger,
    { inc } as unknown as Counter,
  );
  await disabling.disable(ID, 'gone');
  expect([inc.mock.calls, warn.mock.calls]).toEqual([[], []]);
  for (const work of following) await work();
  expect(inc).toHaveBeenCalledWith({ reason: 'gone' });
  expect(warn).toHaveBeenCalledTimes(1);
});
