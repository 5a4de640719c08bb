import { describe, expect, it } from '@jest/globals';
import type { FastifyRequest } from 'fastify';
import type { Tier } from '../../limits/tier.js';
import { tierOf } from './request-limits.js';

const OF_ROUTE: Tier = { name: 'webhook', address: 'RATE_LIMIT_MAX' };
const OF_TOKEN: Tier = { name: 'token', address: 'RATE_LIMIT_MAX', account: 'RATE_LIMIT_USER_MAX' };

function counted(method: string, query: object, tiers: { route?: Tier; caller?: Tier } = {}) {
  const request = {
    method,
    query,
    routeOptions: { config: { tier: tiers.route } },
    caller: { principal: tiers.caller ? { tier: tiers.caller } : null, invalidToken: false },
  };
  const tier = tierOf(request as unknown as FastifyRequest);
  return typeof tier === 'string' ? tier : tier.name;
}

describe('what a request counts as', () => {
  it('is a read or a write by its method, and a search is a write', () => {
    expect(counted('GET', {})).toBe('read');
    expect(counted('GET', { q: 'words' })).toBe('write');
    expect(counted('POST', {})).toBe('write');
    expect(counted('OPTIONS', {})).toBe('none');
  });

  it('is the tier of its credentials before that, and the tier of its route before all', () => {
    expect(counted('GET', {}, { caller: OF_TOKEN })).toBe('token');
    expect(counted('GET', {}, { caller: OF_TOKEN, route: OF_ROUTE })).toBe('webhook');
  });
});
