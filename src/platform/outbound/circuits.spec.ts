import { describe, expect, it } from '@jest/globals';
import { Logger } from '../logging/logger.js';
import { Circuits } from './circuits.js';

const quiet = new Logger({ LOG_LEVEL: 'fatal', ENABLE_REQUEST_LOGGING: false, NODE_ENV: 'test' });

describe('the circuits', () => {
  it('are one for each configured target, and one for each origin that users gave', () => {
    const circuits = new Circuits(quiet);
    const mail = { name: 'mail', addresses: 'outside' } as const;
    const hooks = { name: 'webhooks', addresses: 'given' } as const;
    const others = { name: 'previews', addresses: 'given' } as const;
    expect(circuits.of(mail, 'https://a.example')).toBe(circuits.of(mail, 'https://b.example'));
    expect(circuits.of(hooks, 'https://a.example')).toBe(circuits.of(hooks, 'https://a.example'));
    expect(circuits.of(hooks, 'https://a.example')).not.toBe(circuits.of(hooks, 'https://b.example'));
    expect(circuits.of(hooks, 'https://a.example')).not.toBe(circuits.of(others, 'https://a.example'));
  });

  it('are at most 1,000 for the addresses of users, and configured targets stay', () => {
    const circuits = new Circuits(quiet);
    circuits.of({ name: 'mail', addresses: 'outside' }, 'https://a.example');
    for (let each = 0; each < 1500; each++)
      circuits.of({ name: 'webhooks', addresses: 'given' }, `https://${each}.example`);
    expect([...circuits.byTarget].map(([name, all]) => [name, all.length])).toEqual([
      ['mail', 1],
      ['webhooks', 1000],
    ]);
  });
});
