import { PassThrough } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import fastify, { type InjectOptions } from 'fastify';
import { Logger } from '../../logging/logger.js';
import { addRequestLog } from './request-log.js';

async function lineOf(request: InjectOptions, LOG_LEVEL: 'info' | 'debug' = 'debug') {
  const written = new PassThrough();
  const logger = new Logger({ LOG_LEVEL, ENABLE_REQUEST_LOGGING: true, NODE_ENV: 'test' }, written);
  const server = fastify();
  addRequestLog(server, logger);
  server.get('/posts/:id', () => 'a post');
  server.get('/health', { config: { isProbe: true } }, () => 'ok');
  server.get('/ready', { config: { isProbe: true } }, (_request, reply) => reply.code(503).send());
  await server.inject(request);
  const text = (written.read() as Buffer | null)?.toString() ?? '';
  expect(text.split('\n').length).toBeLessThanOrEqual(2);
  return text === '' ? undefined : (JSON.parse(text) as Record<string, unknown>);
}

describe('the line of a request', () => {
  it('has the template of the route, and no path', async () => {
    const line = await lineOf({ url: '/posts/my-secret?token=secret' });
    expect(line).toMatchObject({ level: 'info', method: 'GET', url: '/posts/:id', status: 200 });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  it.each([
    ['/wp-login.php?pwd=secret', '/wp-login.php'],
    ['/a%0ab#secret', '/a%0ab'],
    ['/\u0085\u202e\u007fx', expect.stringMatching(/^\/[!-~]+x$/)],
    [`/${'a'.repeat(5000)}`, `/${'a'.repeat(199)}`],
    ['//evil.example/x', expect.stringMatching(/^\/[!-~]*$/)],
  ])('has the path that no route matches, without its query: %s', async (url, path) => {
    const line = await lineOf({ url });
    expect(line).toMatchObject({ level: 'info', url: 'unmatched', path, status: 404 });
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  it('has the program of the client in visible characters', async () => {
    const line = await lineOf({
      url: '/health',
      headers: { 'user-agent': `curl/8 (\u009b31m\u202e)${'x'.repeat(500)}` },
    });
    expect(line?.userAgent).toMatch(/^curl\/8 \(\\u009b31m\\u202e\)x{180,}$/);
  });

  it('of a probe has the level debug, unless it fails', async () => {
    expect(await lineOf({ url: '/health' })).toMatchObject({ level: 'debug', url: '/health' });
    expect(await lineOf({ url: '/health' }, 'info')).toBeUndefined();
    expect(await lineOf({ url: '/ready' }, 'info')).toMatchObject({ level: 'info', status: 503 });
  });
});
