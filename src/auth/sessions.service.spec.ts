import { describe, expect, it } from '@jest/globals';
import type { UsersService } from '../users/users.service.js';
import type { AccessTokens } from './access-tokens.js';
import { InvalidRefreshToken, RefreshTokenReused } from './auth.errors.js';
import type { PresentedToken, SessionsRepository } from './sessions.repository.js';
import { SessionsService } from './sessions.service.js';

const TOKEN = 'a'.repeat(43);

/** @param looks the state of the token in the database, before and after the session is locked */
function refreshing(...looks: (Partial<PresentedToken> | undefined)[]) {
  const steps: string[] = [];
  const note = (step: string) => () => Promise.resolve(void steps.push(step));
  const sessions = {
    transaction: (work: () => Promise<unknown>) => work(),
    findPresented: () => {
      const look = looks.shift();
      const absent = { newest: false, inGrace: false };
      return Promise.resolve(look && { sessionId: 's', userId: 'u', alive: true, ...absent, ...look });
    },
    lock: note('lock'),
    rotate: note('rotate'),
    end: note('end'),
  };
  const service = new SessionsService(
    sessions as unknown as SessionsRepository,
    {} as UsersService,
    { sign: () => 'access', life: 900 } as unknown as AccessTokens,
    { JWT_REFRESH_EXPIRES_IN: 3600 } as never,
    { JWT_REFRESH_SECRET: 'secret' } as never,
    { record: () => Promise.resolve() } as never,
  );
  return { steps, refresh: () => service.refresh(TOKEN, note('admit')) };
}

describe('a refresh', () => {
  it('with the newest token rotates it, once its limit has admitted the session', async () => {
    const { steps, refresh } = refreshing({ newest: true }, { newest: true });
    expect(await refresh()).toMatchObject({ accessToken: 'access', sessionId: 's' });
    expect(steps).toEqual(['admit', 'lock', 'rotate']);
  });

  it('that lost a race against the same token gets its successor and rotates nothing', async () => {
    const { steps, refresh } = refreshing({ newest: true }, { inGrace: true });
    const first = await refreshing({ newest: true }, { newest: true }).refresh();
    expect((await refresh()).refreshToken).toBe(first.refreshToken);
    expect(steps).toEqual(['admit', 'lock']);
  });

  it('with a token that got old while it waited for the lock ends the session', async () => {
    const { steps, refresh } = refreshing({ inGrace: true }, {});
    await expect(refresh()).rejects.toThrow(RefreshTokenReused);
    expect(steps).toEqual(['admit', 'lock', 'end']);
  });

  it('with an old token ends the session whatever its limit says', async () => {
    const { steps, refresh } = refreshing({}, {});
    await expect(refresh()).rejects.toThrow(RefreshTokenReused);
    expect(steps).toEqual(['lock', 'end']);
  });

  it('of a session that has ended or ends meanwhile changes nothing', async () => {
    const ended = { newest: true, alive: false };
    for (const looks of [[undefined], [ended, ended], [{ newest: true }, undefined]]) {
      const { steps, refresh } = refreshing(...looks);
      await expect(refresh()).rejects.toThrow(InvalidRefreshToken);
      expect(steps).not.toContain('rotate');
      expect(steps).not.toContain('end');
    }
  });
});
