import { describe, expect, it } from '@jest/globals';
import type { AuditLog } from '../platform/audit/audit-log.js';
import type { Cache } from '../platform/cache/cache.js';
import type { Events } from '../platform/events/events.js';
import type { Principal, Role } from '../platform/http/access/principal.js';
import { LastAdmin, UserNotFound } from './users.errors.js';
import type { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

const caller = (id: string, role: Role): Principal => ({ id, role, sessionId: 's' });

const BY = caller('eve', 'admin');

/** @param admins the ids of the active ones */
function service({ admins = ['ada'], active = true } = {}) {
  const locked: string[] = [];
  const users = {
    transaction: (work: () => Promise<unknown>) => work(),
    find: (id: string) => Promise.resolve({ id, active }),
    lockActiveAdmins: () => {
      locked.push(...admins);
      return Promise.resolve(admins);
    },
    lock: () => Promise.resolve(1),
    update: (id: string) => Promise.resolve({ id }),
    setActive: (id: string) => Promise.resolve({ id }),
  };
  const cache = { invalidate: () => Promise.resolve() } as unknown as Cache;
  const audit = { record: () => Promise.resolve() } as unknown as AuditLog;
  const events = { record: () => Promise.resolve([]) } as unknown as Events;
  return {
    locked,
    users: new UsersService(
      users as unknown as UsersRepository,
      {} as never,
      {} as never,
      cache,
      audit,
      events,
    ),
  };
}

describe('the last active admin', () => {
  it('can be neither disabled nor given another role', async () => {
    const { users } = service();
    await expect(users.setActive('ada', false, {}, BY)).rejects.toThrow(LastAdmin);
    await expect(users.update('ada', { role: 'editor' }, {}, BY)).rejects.toThrow(LastAdmin);
  });

  it('can be enabled, stay an admin, and change the profile, without a lock on the admins', async () => {
    const { users, locked } = service();
    await users.setActive('ada', true, {}, BY);
    await users.update('ada', { role: 'admin' }, {}, BY);
    await users.update('ada', { name: 'Ada' }, {}, BY);
    expect(locked).toEqual([]);
  });

  it('is nobody while there are two, and no other account', async () => {
    await service({ admins: ['ada', 'bob'] }).users.setActive('ada', false, {}, BY);
    await service({ admins: ['bob'] }).users.setActive('ada', false, {}, BY);
  });
});

it.each([
  ['the account itself', caller('ada', 'user'), true],
  ['an admin', caller('bob', 'admin'), true],
  ['an editor', caller('bob', 'editor'), false],
  ['nobody in particular', null, false],
] as const)('a disabled account is shown to %s: %j %s', async (_who, by, shown) => {
  const { users } = service({ active: false });
  const seen = users.getVisible('ada', by).then(
    () => true,
    (error: unknown) => !(error instanceof UserNotFound),
  );
  expect(await seen).toBe(shown);
});
