import { describe, expect, it } from '@jest/globals';
import type { Logger } from '../logging/logger.js';
import type { AuditSealsRepository, Seal } from './audit-seals.repository.js';
import { Sealing } from './sealing.js';

/** A chain whose seals a test can change between two runs. */
function sealing() {
  let chain: Seal[] = [{ position: 1, hash: Buffer.from('a') }];
  const errors: unknown[] = [];
  const seals = {
    transaction: (work: () => Promise<unknown>) => work(),
    head: () => Promise.resolve(chain.at(-1)),
    hashAt: (position: number) => Promise.resolve(chain.find((seal) => seal.position === position)?.hash),
    unsealed: () => Promise.resolve([]),
  } as unknown as AuditSealsRepository;
  const heads: unknown[] = [];
  const logger = {
    error: (facts: unknown) => errors.push(facts),
    info: (facts: unknown) => heads.push(facts),
  } as unknown as Logger;
  const change = (to: Seal[]) => (chain = to);
  return { job: new Sealing(seals, logger), errors, heads, change };
}

const seal = (position: number, hash: string): Seal => ({ position, hash: Buffer.from(hash) });

describe('a process that seals', () => {
  it.each([
    ['was removed', []],
    ['was written again', [seal(1, 'x'), seal(2, 'b')]],
  ])('reports once that the end of the chain %s', async (_what, chain) => {
    const { job, errors, change } = sealing();
    await job.run();
    change(chain);
    await job.run();
    await job.run();
    expect(errors).toEqual([{ head: '1:61' }]);
  });

  it('accepts a chain that has grown, and writes its head to the log once an hour', async () => {
    const { job, errors, heads, change } = sealing();
    await job.run();
    change([seal(1, 'a'), seal(2, 'b')]);
    await job.run();
    expect([errors, heads]).toEqual([[], [{ head: '1:61' }]]);
  });
});
