import { describe, expect, it } from '@jest/globals';
import fastify from 'fastify';
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
});
