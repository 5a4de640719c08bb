import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
import { currentRequest } from '../../logging/request-context.js';
import { addRequestIds, requestId } from './request-ids.js';

describe('a request', () => {
  const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

  async function traceOf(traceparent?: string): Promise<string> {
    const server = fastify({ genReqId: requestId });
    addRequestIds(server);
    server.get('/', (request) => request.traceId);
    const answer = await server.inject({
      url: '/',
      headers: traceparent === undefined ? {} : { traceparent },
    });
    return answer.body;
  }

  it('continues the trace that traceparent names', async () => {
    for (const [version, more] of [
      ['00', ''],
      ['01', ''],
      ['cc', '-what-comes-later'],
    ]) {
      expect(await traceOf(`${version}-${TRACE}-00f067aa0ba902b7-01${more}`)).toBe(TRACE);
    }
  });

  it.each([
    undefined,
    '',
    'x',
    `ff-${TRACE}-00f067aa0ba902b7-01`,
    `01-${TRACE}-00f067aa0ba902b7-01more`,
    `00-${TRACE.toUpperCase()}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${TRACE}-${'0'.repeat(16)}-01`,
    `00-${TRACE}-00f067aa0ba902b7-01-more`,
  ])('begins one of its own for traceparent %j', async (traceparent) => {
    const trace = await traceOf(traceparent);
    expect(trace).toMatch(/^[0-9a-f]{32}$/);
    expect(trace).not.toBe(TRACE);
  });

  it('is the context of its handler, also after a body has been read', async () => {
    const server = fastify({ genReqId: requestId });
    addRequestIds(server);
    server.post('/', async () => {
      await Promise.resolve();
      return currentRequest();
    });
    const url = await server.listen({ port: 0, host: '127.0.0.1' });
    const headers = { 'x-request-id': 'r-1', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` };
    const sending = request(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
    });
    sending.write('{"a":');
    await delay(50); // The body arrives in an event of its own.
    sending.end('"body"}');
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    expect(await json(answer)).toEqual({
      requestId: 'r-1',
      traceId: TRACE,
      traceparent: headers.traceparent,
    });
    await server.close();
    expect(currentRequest()).toBeUndefined();
  });
});
