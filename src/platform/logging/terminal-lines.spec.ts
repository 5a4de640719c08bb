import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { TerminalLines } from './terminal-lines.js';

function shown(entry: object): string {
  const terminal = new PassThrough();
  new TerminalLines(terminal).write(`${JSON.stringify({ time: '2026-01-01T00:00:00.000Z', ...entry })}\n`);
  return stripVTControlCharacters(String(terminal.read())).replace(/^\d\d:\d\d:\d\d /, '');
}

describe('the log on a terminal', () => {
  it('is one short line with its facts', () => {
    expect(shown({ level: 'info', msg: 'listening', url: 'http://a', delay: 0 })).toBe(
      'info  listening url=http://a delay=0\n',
    );
  });

  it('gives a request as method, route, status and time', () => {
    const request = { method: 'GET', url: '/api/v1/posts', status: 200, duration: 3.1, ip: '::1' };
    expect(shown({ level: 'info', msg: 'request', ...request })).toBe('info  GET /api/v1/posts 200 3.1 ms\n');
  });

  it('shows the path that no route matches', () => {
    const request = { method: 'GET', url: 'unmatched', path: '/favicon.ico', status: 404, duration: 1 };
    expect(shown({ level: 'info', msg: 'request', ...request })).toBe('info  GET /favicon.ico 404 1 ms\n');
  });

  it('ends with the stack of an error', () => {
    expect(shown({ level: 'error', msg: 'request failed', err: { stack: 'Error: x\n at y' } })).toBe(
      'error request failed\nError: x\n at y\n',
    );
  });
});
