import { describe, expect, it } from '@jest/globals';
import { Galley as GalleyClient } from '../../clients/typescript/src/galley.ts';
import type { Fetch } from '../../clients/typescript/src/reply.ts';
import { until } from '../support/until.js';

const problem = (status: number, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ status, code: 'internal_error', title: 'Fault', detail: 'Fault.' }), {
    ...{ status, headers: { 'content-type': 'application/problem+json', ...headers } },
  });

/** Follows the changes of a server that always answers in the same way. */
function following(answer: () => Response, retries?: number) {
  const calls: number[] = [];
  const end = new AbortController();
  const fetch: Fetch = () => {
    calls.push(performance.now());
    return new Promise((resolve) => resolve(answer()));
  };
  const client = new GalleyClient('http://galley.invalid', { fetch });
  const next = client.changes.follow('cursor', { signal: end.signal, retries }).next();
  next.catch(() => undefined);
  return { calls, end, next };
}

describe('a client that follows changes', () => {
  it.each<[string, () => Response, number | undefined]>([
    ['an error of the server', () => problem(500), undefined],
    [
      'a server that is gone, also without retries',
      () => {
        throw new TypeError('fetch failed');
      },
      0,
    ],
  ])('waits between its requests after %s', async (_what, answer, retries) => {
    const { calls, end, next } = following(answer, retries);
    await until(() => calls.length >= 6);
    end.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
    const [first = 0] = calls;
    expect((calls[5] as number) - first).toBeGreaterThan(100);
  });

  it('waits as long as Retry-After says, and the signal ends the wait', async () => {
    const { calls, end, next } = following(() => problem(503, { 'retry-after': '3600' }));
    await until(() => calls.length >= 1);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(calls).toHaveLength(1);
    end.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});
