import { describe, expect, it } from '@jest/globals';
import type { FastifyReply } from 'fastify';
import { NotFound } from '../errors/problem.js';
import { DatabaseUnavailable } from '../errors/server-problems.js';
import type { Principal } from '../http/access/principal.js';
import { Replays } from './replays.js';

class Gone extends NotFound {}

/** Replays a record whose resource is read by `get`, and returns the headers of the response. */
async function headersAfter(get: () => Promise<unknown>) {
  const replays = new Replays();
  replays.add('post', { idOf: () => 'x', get });
  const headers: Record<string, string> = {};
  const reply = {
    code: () => reply,
    headers: (given: Record<string, string>) => (Object.assign(headers, given), reply),
    header: (name: string, value: string) => ((headers[name] = value), reply),
  };
  const record = { status: 201, headers: { location: '/x' }, resource: 'post', resourceId: 'x', body: null };
  const shown = replays.show(record, {} as Principal, reply as unknown as FastifyReply);
  const error: unknown = await shown.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return { headers, error };
}

describe('the header of a replay', () => {
  it('stands on a success, and on the 404 of what the caller cannot read any more', async () => {
    const { headers } = await headersAfter(() => Promise.resolve({}));
    expect(headers).toEqual({ 'idempotency-replayed': 'true', location: '/x' });
    const gone = await headersAfter(() => Promise.reject(new Gone('gone')));
    expect([gone.headers, gone.error]).toEqual([{ 'idempotency-replayed': 'true' }, expect.any(Gone)]);
  });

  it('does not stand on an error that a repetition can avoid', async () => {
    const { headers, error } = await headersAfter(() => Promise.reject(new DatabaseUnavailable()));
    expect([headers, error]).toEqual([{}, expect.any(DatabaseUnavailable)]);
  });
});
