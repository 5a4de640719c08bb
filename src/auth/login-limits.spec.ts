import { describe, expect, it } from '@jest/globals';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Limit } from '../platform/http/tiers/limit.js';
import type { Limits } from '../platform/http/tiers/limits.js';
import type { Tier } from '../platform/limits/tier.js';
import type { Logger } from '../platform/logging/logger.js';
import { InvalidRefreshToken, WrongCredentials } from './auth.errors.js';
import type { LoginFailuresRepository } from './login-failures.repository.js';
import { LoginLimits } from './login-limits.js';

const REQUEST = { ip: '192.0.2.1' } as FastifyRequest;

function limited({ giveBack = () => Promise.resolve() } = {}) {
  const steps: string[] = [];
  const reply = {} as FastifyReply;
  const limits = {
    windowMs: 60_000,
    of: ({ name }: Tier) => ({ name, key: 'k', max: 5 }),
    show: (limit: Limit) => (reply.limit = limit),
    count: (limit: Limit) => Promise.resolve(void (steps.push(limit.name), (reply.limit = limit))),
  };
  const failures = {
    reserve: (account: Limit) => {
      steps.push('reserve');
      return Promise.resolve({ limit: account, count: { hits: 1, resetMs: 1 } });
    },
    giveBack: () => {
      steps.push('give back');
      return giveBack();
    },
  };
  const service = new LoginLimits(
    limits as unknown as Limits,
    failures as unknown as LoginFailuresRepository,
    { debug: () => undefined } as unknown as Logger,
  );
  return { steps, reply, service };
}

const failing = (error: Error) => () => Promise.reject(error);

describe('a login', () => {
  it('is counted before it is tried, and given back when it succeeds', async () => {
    const { steps, reply, service } = limited();
    const attempt = async (admit: (id: string) => Promise<void>) => {
      steps.push('try');
      await admit('u');
      return 'tokens';
    };
    expect(await service.login(REQUEST, reply, 'ada', attempt)).toBe('tokens');
    expect(steps).toEqual(['reserve', 'try', 'write', 'give back']);
  });

  it('with a wrong password stays counted', async () => {
    const { steps, reply, service } = limited();
    await expect(service.login(REQUEST, reply, 'ada', failing(new WrongCredentials()))).rejects.toThrow(
      WrongCredentials,
    );
    expect([steps, reply.limit?.name]).toEqual([['reserve'], 'login']);
  });

  it('that fails for another reason is no guess: it is given back, and its limit is not shown', async () => {
    const { steps, reply, service } = limited();
    await expect(service.login(REQUEST, reply, 'ada', failing(new Error('no database')))).rejects.toThrow(
      'no database',
    );
    expect([steps, reply.limit]).toEqual([['reserve', 'give back'], undefined]);
  });

  it('succeeds although its count cannot be given back', async () => {
    const { reply, service } = limited({ giveBack: failing(new Error('no database')) });
    expect(await service.login(REQUEST, reply, 'ada', () => Promise.resolve('tokens'))).toBe('tokens');
  });
});

describe('a refresh', () => {
  it('counts for its address if its token is invalid, and otherwise not', async () => {
    for (const [error, counted] of [
      [new InvalidRefreshToken(), ['refresh-address']],
      [new Error('no database'), []],
    ] as const) {
      const { steps, reply, service } = limited();
      await expect(service.refresh(REQUEST, reply, failing(error))).rejects.toBe(error);
      expect(steps).toEqual(counted);
    }
  });
});
